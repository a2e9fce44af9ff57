import Glibc
import LinuxSystem
import SystemPackage
import Testing

@Suite("Directory listings")
struct DirectoryListingTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("every entry has its name as bytes and the status that lstat gives")
    func entries() throws {
        try folder.file("file", "abc".utf8)
        try folder.folder("folder")
        try folder.link("link", to: "/etc/shadow")
        try folder.fifo("fifo")
        try folder.file(".hidden")
        try folder.file("..two dots")
        let odd: [[UInt8]] = [[0xFF], [0x0A], [UInt8](repeating: 0x80, count: 255)]
        for name in odd { try write(folder(bytes: name), "x".utf8) }
        let entries = try #require(try DirectoryListing.entries(of: folder.path))
        #expect(entries.count == 9)
        for (name, status) in entries { #expect(try FileStatus.at(folder(bytes: name)) == status) }
        #expect(Set(odd).isSubset(of: Set(entries.map(\.name))))
    }

    @Test("a folder of many entries is listed entirely, each once")
    func many() throws {
        for number in 0..<3_000 { try folder.file("a name of some length \(number)") }
        let names = try #require(try DirectoryListing.entries(of: folder.path)).map(\.name)
        #expect(names.count == 3_000)
        #expect(Set(names).count == 3_000)
    }

    @Test("an empty folder has no entries")
    func empty() throws {
        #expect(try DirectoryListing.entries(of: folder.path)?.isEmpty == true)
    }

    @Test(
        "what is no folder, or a symlink to one, has no listing",
        arguments: ["none", "file", "link", "file/below"]
    )
    func noFolder(name: String) throws {
        try folder.file("file")
        try folder.link("link", to: ".")
        #expect(try DirectoryListing.entries(of: folder(name)) == nil)
    }

    @Test("a FIFO in a folder's place does not block")
    func fifo() throws {
        let path = try folder.fifo("fifo")
        #expect(try DirectoryListing.entries(of: path) == nil)
    }

    @Test("a folder that may not be read is an error")
    func permissionDenied() throws {
        let path = try folder.folder("closed", mode: 0)
        try #require(chmod(folder.path.string, 0o755) == 0)
        let error = #expect(throws: SystemError.self) {
            try asNobody { try DirectoryListing.entries(of: path)?.count }
        }
        #expect(error?.code == .permissionDenied)
    }

    @Test("an entry without a readable status is told apart, and without a taker fails the listing")
    func unreadableEntry() throws {
        // Readable but not searchable: names can be listed, statuses cannot be asked for.
        let path = try folder.folder("shelf")
        try folder.file("shelf/book")
        try #require(chmod(path.string, geteuid() == 0 ? 0o744 : 0o644) == 0)
        defer { chmod(path.string, 0o755) }
        try #require(chmod(folder.path.string, 0o755) == 0)
        try asNobody {
            var refused: [SystemError] = []
            let entries = try DirectoryListing.entries(of: path) { refused.append($0) }
            #expect(entries?.isEmpty == true)
            #expect(refused.map(\.subject) == [path.string + "/book"])
            #expect(throws: SystemError.self) { try DirectoryListing.entries(of: path) }
        }
    }

    @Test("a folder that is filled and emptied meanwhile is listed without an error")
    func concurrentWriter() throws {
        let stop = Box<Bool>()
        let folder = folder
        try folder.file("constant")
        let writer = try WorkerThread.start(name: "writer") {
            while stop.value == nil {
                for number in 0..<50 { _ = try? folder.file("\(number)") }
                for number in 0..<50 { unlink(folder("\(number)").string) }
            }
        }
        defer {
            stop.set(true)
            writer.join()
        }
        for _ in 0..<300 {
            let names = try #require(try DirectoryListing.entries(of: folder.path)).map(\.name)
            #expect(names.contains(Array("constant".utf8)))
        }
    }
}
