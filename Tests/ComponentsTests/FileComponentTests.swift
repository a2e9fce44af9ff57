import CLinux
import Crypto
import FabricModel
import Glibc
import LinuxSystem
import RecordingRules
import SystemPackage
import Testing

@testable import Components

@Suite("File component")
struct FileComponentTests {
    let folder: ScratchFolder
    let component: FileComponent

    init() throws {
        folder = try ScratchFolder()
        component = try Self.component()
    }

    // Read once for all tests.
    static let secrets = Result {
        let checkout = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return try SecretRules(contentsOf: FilePath("/\(checkout)/conf/secrets.yaml"))
    }

    static func component(
        limit: Int = 1 << 20,
        key: SymmetricKey = SymmetricKey(data: [UInt8](repeating: 7, count: 32)),
        recordsLabels: Bool = false
    ) throws -> FileComponent {
        FileComponent(
            secrets: try secrets.get(),
            key: key,
            contentLimit: limit,
            accounts: AccountNames(),
            recordsLabels: recordsLabels
        )
    }

    /// Waits until the clock that stamps files has gone on, so that a status proves that nothing changed.
    private func settle(_ path: FilePath) throws -> FileStatus {
        while true {
            let status = try #require(try FileStatus.at(path))
            if status.isSettled(at: WallClock.nanoseconds()) { return status }
            sched_yield()
        }
    }

    private func state(_ path: FilePath, of component: FileComponent? = nil) throws -> FileState {
        let observation = try #require(try (component ?? self.component).observe(path))
        guard case .file(let state) = observation.state else {
            Issue.record("\(path) is \(observation.state)")
            throw Errno.noSuchFileOrDirectory
        }
        return state
    }

    @Test("a regular file is its content, mode and owner")
    func regular() throws {
        let path = try folder.write("hello\n", to: "a.conf")
        _ = path.withPlatformString { chmod($0, 0o4750) }
        let status = try settle(path)
        let observation = try #require(try component.observe(path))
        #expect(observation.key == (try ResourceKey("file:\(path)")))
        #expect(observation.content == Array("hello\n".utf8))
        #expect(observation.fingerprint == FileComponent.fingerprint(status))
        let state = try state(path)
        #expect(state.type == .regular)
        #expect(state.mode == 0o4750)
        #expect(state.content == FileContent(digest: .sha256("hello\n".utf8), size: 6))
        #expect(state.owner == AccountReference(name: AccountNames().user(getuid()), id: getuid()))
        #expect(state.group.id == status.gid)
        #expect(state.attributes.isEmpty)
    }

    @Test("an equal fingerprint means that nothing is read again, a different one that it is")
    func unchanged() throws {
        let path = try folder.write("one", to: "a")
        let status = try settle(path)
        let known = FileComponent.fingerprint(status)
        #expect(try component.observe(path, unless: known) == nil)
        #expect(try component.observe(path, status: status, unless: known) == nil)
        try folder.write("two", to: "a")
        #expect(try component.observe(path, unless: known)?.content == Array("two".utf8))
        _ = path.withPlatformString { chmod($0, 0o600) }
        #expect(try component.observe(path, unless: known) != nil)
    }

    @Test(
        "a file that was written a moment ago has no fingerprint, so that a write in the same tick is not missed"
    )
    func justWritten() throws {
        let path = try folder.write("one", to: "a")
        let first = try #require(try component.observe(path))
        let now = WallClock.nanoseconds()
        let status = try #require(try FileStatus.at(path))
        // Only a machine that was stopped for long in between has a settled file here.
        #expect(first.fingerprint == nil || status.isSettled(at: now))
    }

    @Test("a status that is out of date is taken again")
    func staleStatus() throws {
        let path = try folder.write("one", to: "a")
        let stale = try #require(try FileStatus.at(path))
        try folder.write("longer than before", to: "a")
        let observation = try #require(try component.observe(path, status: stale))
        #expect(observation.content == Array("longer than before".utf8))
        _ = path.withPlatformString { unlink($0) }
        #expect(try component.observe(path, status: stale)?.state == .absent)
    }

    @Test("what is not there is absent, also below a file")
    func absent() throws {
        try folder.write("", to: "a")
        #expect(try component.observe(folder.appending("none"))?.state == .absent)
        #expect(try component.observe(folder.appending("a/b"))?.state == .absent)
    }

    @Test("when a file came to be as it is, its status tells; when it went, the folder that is left")
    func changed() throws {
        try folder.makeDirectory("deep")
        let file = try folder.write("1", to: "deep/file")
        let status = try #require(try FileStatus.at(file))
        #expect(try component.observe(file)?.changed == status.changed)
        try Command.run("rm", "-r", folder.appending("deep").string)
        let left = try #require(try FileStatus.at(folder.path)).modified
        #expect(try component.observe(file)?.changed == left)
    }

    @Test("a symlink is its target's text, byte by byte, and is not followed")
    func symlink() throws {
        let path = try folder.link("link", to: Array("../etc/caf".utf8) + [0xE9])
        let state = try state(path)
        #expect(state.type == .symlink)
        #expect(state.target == "../etc/caf\\xe9")
        #expect(state.mode == 0)
        #expect(state.content == nil)
    }

    @Test("below a home no symlink is followed, so that nobody shows another's file as their own")
    func belowHome() throws {
        let home = try folder.makeDirectory("home")
        try folder.makeDirectory("other")
        try folder.write("another's", to: "other/authorized_keys")
        try folder.link("home/.ssh", to: Array("../other".utf8))
        let path = home.appending(".ssh/authorized_keys")
        #expect(try component.observe(path)?.content == Array("another's".utf8))
        #expect(try component.observe(path, below: home)?.state == .absent)
        #expect(try component.observe(home, below: home)?.state != .absent)
    }

    @Test("directories, FIFOs, sockets and devices are known by type alone")
    func otherTypes() throws {
        let directory = try folder.makeDirectory("d")
        #expect(try state(directory).type == .directory)
        let fifo = folder.appending("fifo")
        _ = fifo.withPlatformString { mkfifo($0, 0o640) }
        let start = ContinuousClock.now
        #expect(try state(fifo).type == .fifo)
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(try state(fifo).mode == 0o640)
        #expect(try state("/dev/null").type == .characterDevice)
        #expect(try state("/dev/null").content == nil)
    }

    @Test("a FIFO is never opened: a writer that waits for a reader goes on waiting")
    func fifoIsNotOpened() throws {
        let fifo = folder.appending("fifo")
        _ = fifo.withPlatformString { mkfifo($0, 0o600) }
        let watch = inotify_init1(Int32(IN_NONBLOCK))
        defer { close(watch) }
        _ = fifo.withPlatformString { inotify_add_watch(watch, $0, UInt32(IN_OPEN)) }
        _ = try state(fifo)
        var buffer = [UInt8](repeating: 0, count: 512)
        #expect(read(watch, &buffer, buffer.count) == -1)
        #expect(errno == EAGAIN)
    }

    @Test("a name that is not UTF-8 is escaped in the key and read all the same")
    func bytes() throws {
        let path = FilePath(bytes: folder.path.bytes + Array("/a\n".utf8) + [0xFF])
        try ScratchFolder.write("x".utf8, to: path)
        let observation = try #require(try component.observe(path))
        #expect(observation.key.name == "\(folder.path)/a\\n\\xff")
        #expect(observation.key.filePath == path)
        #expect(observation.content == [UInt8(ascii: "x")])
    }

    @Test("a content up to the limit is kept, a larger one is a digest", arguments: [0, 1])
    func limit(extra: Int) throws {
        let component = try Self.component(limit: 1_000)
        let bytes = [UInt8](repeating: 0x61, count: 1_000 + extra)
        let path = try folder.write(bytes, to: "a")
        let observation = try #require(try component.observe(path))
        let expected = FileContent(
            digest: .sha256(bytes),
            size: UInt64(bytes.count),
            withheld: extra == 0 ? nil : .tooLarge
        )
        #expect(observation.state.content == expected)
        #expect(observation.content == (extra == 0 ? bytes : nil))
    }

    @Test("a secret is a digest that another node's key does not give, and its content is not kept")
    func secret() throws {
        let bytes = Array("user = a\npassword = hunter2\n".utf8)
        let path = try folder.write(bytes, to: "a")
        let observation = try #require(try component.observe(path))
        let content = try #require(observation.state.content)
        #expect(content.withheld == .secret(rule: "assigned-secret"))
        #expect(content.digest.algorithm == .keyed)
        #expect(content.size == UInt64(bytes.count))
        #expect(observation.content == nil)
        #expect(try component.observe(path)?.state.content == content)
        let other = try Self.component(key: SymmetricKey(data: [UInt8](repeating: 8, count: 32)))
        #expect(try other.observe(path)?.state.content?.digest != content.digest)
    }

    @Test("a path that is secret keeps nothing of any content")
    func secretPath() throws {
        let path = try folder.write("alice", to: ".netrc")
        let observation = try #require(try component.observe(path))
        #expect(observation.state.content?.withheld == .secret(rule: "login-password"))
        #expect(observation.content == nil)
    }

    @Test("a large file is searched to its end", arguments: [0, 262_140, 262_144, 600_000])
    func largeSecret(offset: Int) throws {
        let component = try Self.component(limit: 1_000)
        var bytes = Array(String(repeating: "option = value\n", count: 50_000).utf8)
        bytes.insert(contentsOf: "password = hunter2\n".utf8, at: offset / 15 * 15)
        let path = try folder.write(bytes, to: "a")
        let small = try Self.component(limit: 1 << 30)
        let expected = try small.observe(path)?.state
        #expect(try component.observe(path)?.state == expected)
        #expect(expected?.content?.digest.algorithm == .keyed)
    }

    @Test("extended attributes are state: those of users and those that decide what a file may do")
    func attributes() throws {
        let path = try folder.write("x", to: "a")
        func set(_ name: String, _ value: [UInt8]) -> Bool {
            path.withPlatformString { setxattr($0, name, value, value.count, 0) } == 0
        }
        try #require(set("user.note", Array("caf".utf8) + [0xE9]), "the file system keeps no attributes")
        // Only root may set this one; it is no state.
        _ = set("trusted.weft", [1])
        _ = set("security.selinux", Array("system_u:object_r:etc_t:s0".utf8))
        #expect(try state(path).attributes == ["user.note": "caf\\xe9"])
        let labels = try state(path, of: try Self.component(recordsLabels: true)).attributes
        #expect(labels["user.note"] == "caf\\xe9")
        #expect(labels["trusted.weft"] == nil)
        if getuid() == 0 { #expect(labels["security.selinux"] == "system_u:object_r:etc_t:s0") }
    }

    @Test("an id without a name is recorded as an id")
    func nameless() throws {
        try #require(getuid() == 0, "needs root")
        let path = try folder.write("x", to: "a")
        _ = path.withPlatformString { chown($0, 3_999_999_999, 0) }
        #expect(try state(path).owner == AccountReference(name: nil, id: 3_999_999_999))
    }

    @Test("a path that is no resource, or cannot be looked at, is said to be so")
    func refused() throws {
        let relative = #expect(throws: ComponentsError.self) { try component.observe("etc/hosts") }
        #expect(relative?.code == .invalidPath)
        let dotted = #expect(throws: ComponentsError.self) { try component.observe("/etc/../etc/hosts") }
        #expect(dotted?.code == .invalidPath)
        try folder.link("loop", to: "loop")
        let loop = #expect(throws: ComponentsError.self) { try component.observe(folder.appending("loop/a")) }
        #expect(loop?.code == .unreadableFile)
        #expect(loop?.subject == "\(folder.path)/loop/a")
        #expect(loop?.cause is SystemError)
    }

    @Test("a file that is another one after each read is left for later")
    func unstable() throws {
        // Its size is said to be zero, and yet there is something to read.
        let error = #expect(throws: ComponentsError.self) { try component.observe("/proc/version") }
        #expect(error?.code == .unstableFile)
        #expect(error?.subject == "/proc/version")
    }
}
