import CLinux
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@Suite("Reading files")
struct FileReadingTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    func status(_ path: FilePath) throws -> FileStatus { try #require(try FileStatus.at(path)) }

    @Test("a file is read entirely, up to the limit", arguments: [0, 1, 4_096, 100_000])
    func complete(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let path = try folder.file("file", bytes)
        let known = try status(path)
        #expect(try FileReading.read(path, expecting: known, limit: size) == .complete(bytes))
        #expect(try FileReading.read(path, expecting: known, limit: size - 1) == .larger)
    }

    @Test("a file that is not the expected one is reported as changed")
    func changed() throws {
        let path = try folder.file("file", "old".utf8)
        let known = try status(path)
        try write(path, "longer".utf8)
        #expect(try FileReading.read(path, expecting: known, limit: 100) == .changed)
        try folder.file("other", "old".utf8)
        try #require(rename(folder("other").string, path.string) == 0)
        #expect(try FileReading.read(path, expecting: known, limit: 100) == .changed)
        try #require(unlink(path.string) == 0)
        #expect(try FileReading.read(path, expecting: known, limit: 100) == .changed)
    }

    @Test("a symlink that was swapped in is not followed, even to the expected file")
    func symlinkSwappedIn() throws {
        let path = try folder.file("file", "content".utf8)
        let known = try status(path)
        try #require(rename(path.string, folder("moved").string) == 0)
        try folder.link("file", to: "moved")
        #expect(try FileReading.read(path, expecting: known, limit: 100) == .changed)
    }

    @Test(
        "a FIFO, a socket or a device that was swapped in is never opened",
        arguments: ["fifo", "socket", "device"]
    )
    func neverOpened(kind: String) throws {
        let path = try folder.file("file", "content".utf8)
        let known = try status(path)
        try #require(unlink(path.string) == 0)
        switch kind {
        case "fifo": try folder.fifo("file")
        case "socket": try #require(mknod(path.string, S_IFSOCK | 0o600, 0) == 0)
        default: try #require(geteuid() != 0 || mknod(path.string, S_IFCHR | 0o600, 0x103) == 0)
        }
        let opened = try OpenWatch(folder.path)
        #expect(try FileReading.read(path, expecting: known, limit: 100) == .changed)
        #expect(try FileReading.digestStream(path, expecting: known) { _ in } == .changed)
        #expect(opened.count() == 0)
        // The watch itself works: an ordinary read is seen.
        let other = try folder.file("other", "x".utf8)
        #expect(try FileReading.read(other, expecting: try status(other), limit: 1) == .complete([0x78]))
        #expect(opened.count() > 0)
    }

    @Test("what is known to be no regular file is refused without a look")
    func notRegular() throws {
        let path = try folder.fifo("fifo")
        let known = try status(path)
        let error = #expect(throws: SystemError.self) {
            try FileReading.read(path, expecting: known, limit: 1)
        }
        #expect(error?.code == .notRegularFile)
    }

    @Test("a file that may not be read is an error")
    func permissionDenied() throws {
        let path = try folder.file("file", "x".utf8, mode: 0)
        try #require(chmod(folder.path.string, 0o755) == 0)
        let known = try status(path)
        let error = #expect(throws: SystemError.self) {
            try asNobody { try FileReading.read(path, expecting: known, limit: 1) }
        }
        #expect(error?.code == .permissionDenied)
    }

    @Test("a file that is rewritten all the time is never read half old and half new")
    func concurrentWriter() throws {
        let path = try folder.file("file", "x".utf8)
        let stop = Box<Bool>()
        let writer = try WorkerThread.start(name: "writer") {
            var round = 0
            while stop.value == nil {
                round += 1
                // Each content is one byte repeated, and has a length of its own.
                try? write(path, [UInt8](repeating: UInt8(round % 251), count: 20_000 + round % 5_000))
            }
        }
        defer {
            stop.set(true)
            writer.join()
        }
        var complete = 0
        while complete < 200 {
            guard
                case .complete(let bytes) = try FileReading.read(
                    path,
                    expecting: try status(path),
                    limit: 1 << 20
                )
            else { continue }
            #expect(Set(bytes).count <= 1)
            complete += 1
        }
    }

    @Test("a stream gives the same bytes as a read")
    func stream() throws {
        let bytes = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 256) }
        let path = try folder.file("file", bytes)
        var streamed: [UInt8] = []
        #expect(
            try FileReading.digestStream(path, expecting: try status(path)) { streamed += $0 } == .complete
        )
        #expect(streamed == bytes)
    }

    @Test("a stream of a file that is appended to ends as changed")
    func appendedStream() throws {
        let path = try folder.file("file", [UInt8](repeating: 1, count: 600_000))
        let known = try status(path)
        var chunks = 0
        let end = try FileReading.digestStream(path, expecting: known) { _ in
            chunks += 1
            try? write(path, [UInt8](repeating: 2, count: 700_000))
        }
        #expect(end == .changed)
        #expect(chunks > 0)
    }
}

@Suite("Symlinks and extended attributes")
struct LinkAndAttributeTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("a target is given byte by byte", arguments: [1, 300, 4_095])
    func target(length: Int) throws {
        let target =
            [0xFF, 0x0A].prefix(length) + [UInt8](repeating: UInt8(ascii: "x"), count: max(0, length - 2))
        let path = folder("link")
        try #require(symlink(target.map { CChar(bitPattern: $0) } + [0], path.string) == 0)
        #expect(try FileReading.linkTarget(path) == Array(target))
    }

    @Test("what is no symlink any more is told from what is gone")
    func noTarget() throws {
        let path = try folder.file("file")
        #expect(#expect(throws: SystemError.self) { try FileReading.linkTarget(path) }?.code == .notSymlink)
        let gone = folder("gone")
        #expect(#expect(throws: SystemError.self) { try FileReading.linkTarget(gone) }?.code == .notFound)
    }

    @Test("attributes are read with any value, and names are escaped")
    func attributes() throws {
        let path = try folder.file("file")
        #expect(try FileReading.extendedAttributes(path)["user.note"] == nil)
        let note: [UInt8] = [0, 255]
        let long = [UInt8](repeating: 7, count: 3_000)
        try #require(setxattr(path.string, "user.note", note, note.count, 0) == 0)
        try #require(setxattr(path.string, "user.empty", [], 0, 0) == 0)
        try #require(setxattr(path.string, "user.a\né", long, long.count, 0) == 0)
        let attributes = try FileReading.extendedAttributes(path).filter { $0.key.hasPrefix("user.") }
        #expect(attributes == ["user.note": note, "user.empty": [], "user.a\\n\\xc3\\xa9": long])
    }

    @Test("the attributes of a symlink are not those of its target")
    func symlinkAttributes() throws {
        let path = try folder.file("file")
        try #require(setxattr(path.string, "user.note", [1], 1, 0) == 0)
        try folder.link("link", to: "file")
        #expect(try FileReading.extendedAttributes(folder("link"))["user.note"] == nil)
    }

    @Test("the attributes of a missing file are an error")
    func missing() throws {
        let path = folder("gone")
        #expect(
            #expect(throws: SystemError.self) { try FileReading.extendedAttributes(path) }?.code == .notFound
        )
    }
}
