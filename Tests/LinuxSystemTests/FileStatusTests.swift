import CLinux
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@Suite("File status")
struct FileStatusTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("each kind is told from the others, and a symlink is not followed")
    func kinds() throws {
        try folder.file("regular")
        try folder.folder("directory")
        try folder.link("symlink", to: "nowhere")
        try folder.fifo("fifo")
        var kinds: [String: FileStatus.Kind] = [:]
        for name in try folder.names() { kinds[name] = try FileStatus.at(folder(name))?.kind }
        #expect(kinds == ["regular": .regular, "directory": .directory, "symlink": .symlink, "fifo": .fifo])
        #expect(try FileStatus.at("/dev/null")?.kind == .characterDevice)
    }

    @Test(
        "a missing file, a file below a file and the empty path have no status",
        arguments: ["none", "file/below", ""]
    )
    func absent(name: String) throws {
        try folder.file("file")
        #expect(try FileStatus.at(name.isEmpty ? FilePath("") : folder(name)) == nil)
    }

    @Test("every field is what stat(1) would print")
    func fields() throws {
        let path = try folder.file("file", "12345".utf8)
        try #require(chmod(path.string, 0o4751) == 0)
        try #require(link(path.string, folder("second").string) == 0)
        var times = [timespec(tv_sec: 1, tv_nsec: 5), timespec(tv_sec: -2, tv_nsec: 999_999_999)]
        try #require(utimensat(AT_FDCWD, path.string, &times, 0) == 0)
        let status = try #require(try FileStatus.at(path))
        #expect(status.size == 5)
        #expect(status.links == 2)
        #expect(status.permissions == 0o4751)
        #expect(status.mode == 0o104751)
        #expect(status.uid == geteuid())
        #expect(status.modified == -1_000_000_001)
        #expect(status == (try FileStatus.at(folder("second"))))
    }

    @Test("a name that is not UTF-8 is found by its bytes")
    func notUTF8() throws {
        let path = folder(bytes: [0xFF, 0x0A, 0x80])
        try write(path, "x".utf8)
        #expect(try FileStatus.at(path)?.size == 1)
    }

    @Test("a folder that may not be searched is an error, not an absence")
    func permissionDenied() throws {
        try folder.folder("closed", mode: 0)
        try #require(chmod(folder.path.string, 0o755) == 0)
        let path = folder("closed/file")
        let error = #expect(throws: SystemError.self) { try asNobody { try FileStatus.at(path) } }
        #expect(error?.code == .permissionDenied)
        #expect(error?.subject == path.string)
    }

    @Test("below a root no symlink is followed on the way, and the last one is not either")
    func below() throws {
        try folder.folder("real")
        try folder.folder("real/home")
        let file = try folder.file("real/home/file", "x".utf8)
        try folder.link("root", to: "real")
        try folder.link("real/swapped", to: "home")
        try folder.link("real/home/link", to: "file")
        let root = folder("root")
        #expect(
            try FileStatus.at(root.appending("home").appending("file"), below: root) == FileStatus.at(file)
        )
        #expect(try FileStatus.at(root.appending("home").appending("link"), below: root)?.kind == .symlink)
        #expect(try FileStatus.at(root.appending("swapped").appending("file"), below: root) == nil)
        #expect(try FileStatus.at(root.appending("none").appending("file"), below: root) == nil)
        #expect(
            try FileStatus.at(root.appending("home").appending("file").appending("x"), below: root) == nil
        )
        for outside in [folder("real"), "/etc/passwd", FilePath(root.string + "/../real/home/file")] {
            let error = #expect(throws: SystemError.self) { try FileStatus.at(outside, below: root) }
            #expect(error?.code == .invalidPath)
        }
    }

    @Test("a status is settled once the kernel's clock is sure to have moved on")
    func settled() throws {
        let path = try folder.file("file")
        let status = try #require(try FileStatus.at(path))
        #expect(!status.isSettled(at: status.changed))
        #expect(!status.isSettled(at: status.changed + 5_000_000))
        #expect(status.isSettled(at: status.changed + 50_000_000))
    }
}
