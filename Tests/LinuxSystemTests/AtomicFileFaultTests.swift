import CLinux
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@Suite("Atomic writes under faults")
struct AtomicFileFaultTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test(
        "on a full disk the old file stays whole, no temporary file is left, and it works once there is room",
        .enabled(if: geteuid() == 0)
    )
    func fullDisk() throws {
        let disk = try folder.folder("disk")
        let path = disk.appending("file")
        // The mount is seen by the test's thread only and ends with it.
        try onThread {
            try #require(unshare(CLONE_NEWNS) == 0)
            try #require(mount("none", "/", nil, UInt(MS_REC | MS_PRIVATE), nil) == 0)
            try #require(mount("tmpfs", disk.string, "tmpfs", 0, "size=64k") == 0)
            func write(_ size: Int) throws {
                try AtomicFile.replace(
                    path,
                    with: [UInt8](repeating: 7, count: size),
                    mode: 0o600,
                    uid: 0,
                    gid: 0
                )
            }
            try write(20_000)
            let error = #expect(throws: SystemError.self) { try write(100_000) }
            #expect(error?.code == .noSpace)
            #expect(error?.call == .write)
            #expect(try content(of: path).count == 20_000)
            #expect(try DirectoryListing.entries(of: disk)?.count == 1)
            try write(30_000)
            #expect(try content(of: path).count == 30_000)
        }
        #expect(try FileStatus.at(path) == nil)
    }

    @Test("on a read-only file system nothing happens but an error", .enabled(if: geteuid() == 0))
    func readOnly() throws {
        let disk = try folder.folder("disk")
        try onThread {
            try #require(unshare(CLONE_NEWNS) == 0)
            try #require(mount("none", "/", nil, UInt(MS_REC | MS_PRIVATE), nil) == 0)
            try #require(mount("tmpfs", disk.string, "tmpfs", UInt(MS_RDONLY), nil) == 0)
            let error = #expect(throws: SystemError.self) {
                try AtomicFile.replace(disk.appending("file"), with: [], mode: 0o600, uid: 0, gid: 0)
            }
            #expect(error?.code == .readOnlyFileSystem)
        }
    }

    @Test("a mount point is not removed", .enabled(if: geteuid() == 0))
    func mountPoint() throws {
        let disk = try folder.folder("disk")
        try onThread {
            try #require(unshare(CLONE_NEWNS) == 0)
            try #require(mount("none", "/", nil, UInt(MS_REC | MS_PRIVATE), nil) == 0)
            try #require(mount("tmpfs", disk.string, "tmpfs", 0, nil) == 0)
            #expect(#expect(throws: SystemError.self) { try AtomicFile.remove(disk) }?.code == .busy)
        }
    }

    @Test("a reader sees the old or the new content, never a part, never nothing")
    func concurrentReader() throws {
        let path = try folder.file("file", [UInt8](repeating: 0, count: 5_000))
        let stop = Box<Bool>()
        let failure = Box<SystemError>()
        let writer = try WorkerThread.start(name: "writer") {
            var round: UInt8 = 0
            do throws(SystemError) {
                while stop.value == nil {
                    round &+= 1
                    let bytes = [UInt8](repeating: round, count: 5_000)
                    try AtomicFile.replace(path, with: bytes, mode: 0o644, uid: geteuid(), gid: getegid())
                }
            } catch {
                failure.set(error)
            }
        }
        for _ in 0..<300 {
            let descriptor = open(path.string, O_RDONLY)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            var bytes = [UInt8](repeating: 0, count: 6_000)
            #expect(read(descriptor, &bytes, bytes.count) == 5_000)
            #expect(Set(bytes.prefix(5_000)).count == 1)
        }
        stop.set(true)
        #expect(writer.join(timeout: .seconds(60)))
        #expect(failure.value == nil)
        #expect(try folder.names() == ["file"])
    }

    @Test("killed at any moment the file is old or new, and what is left beside it is known as temporary")
    func killed() async throws {
        let path = try folder.file("file", "old".utf8)
        for _ in 0..<5 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [text = path.string as String] in
                let target = FilePath(text)
                // Kills this process from a second thread, somewhere within the writes below.
                _ = try WorkerThread.start(name: "killer") {
                    usleep(UInt32.random(in: 500...8_000))
                    kill(getpid(), SIGKILL)
                }
                while true {
                    let bytes = [UInt8](repeating: UInt8(ascii: "n"), count: 200_000)
                    try AtomicFile.replace(target, with: bytes, mode: 0o600, uid: geteuid(), gid: getegid())
                }
            }
            let found = try content(of: path)
            #expect(
                found == Array("old".utf8) || found == [UInt8](repeating: UInt8(ascii: "n"), count: 200_000)
            )
            for name in try folder.names() where name != "file" {
                #expect(AtomicFile.isTemporaryName(Array(name.utf8)), "\(name)")
            }
        }
    }
}
