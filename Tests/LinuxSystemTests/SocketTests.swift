import CLinux
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@Suite("Words to the supervisor", .serialized)
struct ServiceNotificationTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// A bound datagram socket; a name that begins with `@` is in the abstract name space.
    private func listener(_ name: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        try #require(descriptor >= 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: name.utf8)
            if name.hasPrefix("@") { path[0] = 0 }
        }
        let length = socklen_t(2 + name.utf8.count)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(bound == 0)
        return descriptor
    }

    private func received(_ descriptor: Int32) -> String? {
        var buffer = [UInt8](repeating: 0, count: 1_000)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    @Test("each word arrives as systemd expects it", arguments: [true, false])
    func arrives(isAbstract: Bool) throws {
        let name = isAbstract ? "@weft-test-\(getpid())" : folder("notify").string
        let descriptor = try listener(name)
        defer { close(descriptor) }
        setenv("NOTIFY_SOCKET", name, 1)
        defer { unsetenv("NOTIFY_SOCKET") }
        #expect(try ServiceNotification.ready())
        #expect(received(descriptor) == "READY=1")
        #expect(try ServiceNotification.stopping())
        #expect(received(descriptor) == "STOPPING=1")
        #expect(try ServiceNotification.status("watching 12 folders\nREADY=1\r\nWATCHDOG=1"))
        #expect(received(descriptor) == "STATUS=watching 12 folders READY=1 WATCHDOG=1")
    }

    @Test("without a supervisor nothing is sent")
    func alone() throws {
        unsetenv("NOTIFY_SOCKET")
        #expect(try !ServiceNotification.ready())
    }

    @Test(
        "a supervisor that is gone or named wrongly is an error, and no wait",
        arguments: [
            ("/nowhere/notify", SystemError.Code.notFound), ("relative", .invalidPath), ("", .invalidPath),
        ]
    )
    func gone(name: String, code: SystemError.Code) {
        let error = #expect(throws: SystemError.self) {
            try ServiceNotification.send("READY=1", to: Array(name.utf8))
        }
        #expect(error?.code == code)
    }

    @Test("a name longer than a socket's may be is an error")
    func longName() {
        let name = "/" + String(repeating: "x", count: 200)
        let error = #expect(throws: SystemError.self) {
            try ServiceNotification.send("READY=1", to: Array(name.utf8))
        }
        #expect(error?.code == .invalidPath)
    }
}

@Suite("Who is at the other end")
struct PeerCredentialsTests {
    private struct OneGroup: AccountDatabase {
        let name: String
        let number: UInt32

        func user(_ uid: UInt32) -> AccountAnswer<String> { .missing }
        func group(_ gid: UInt32) -> AccountAnswer<String> { .missing }
        func uid(named name: String) -> AccountAnswer<UInt32> { .missing }
        func gid(named name: String) -> AccountAnswer<UInt32> {
            name == self.name ? .found(number) : .missing
        }
    }

    private func pair() throws -> [Int32] {
        var pair: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        return pair
    }

    @Test("the peer of a socket pair is this process with its groups")
    func own() throws {
        let pair = try pair()
        defer { for descriptor in pair { close(descriptor) } }
        let peer = try PeerCredentials(ofSocket: pair[0])
        var groups = [gid_t](repeating: 0, count: 1 << 16)
        let count = getgroups(Int32(groups.count), &groups)
        #expect(peer.pid == getpid())
        #expect(peer.uid == geteuid())
        #expect(peer.gid == getegid())
        #expect(peer.groups.sorted() == groups.prefix(Int(count)).sorted())
    }

    @Test("the groups of a peer are all read, however many", .enabled(if: geteuid() == 0))
    func manyGroups() async {
        // In a process of its own, whose groups can be changed.
        await #expect(processExitsWith: .success) {
            let groups = (0..<500).map { gid_t(100_000 + $0) }
            try #require(setgroups(groups.count, groups) == 0)
            var pair: [Int32] = [-1, -1]
            try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
            #expect(try PeerCredentials(ofSocket: pair[0]).groups == groups)
        }
    }

    @Test("what is no socket has no peer")
    func noSocket() throws {
        let folder = try TestFolder()
        let descriptor = open(folder.path.string, O_RDONLY)
        defer { close(descriptor) }
        #expect(throws: SystemError.self) { try PeerCredentials(ofSocket: descriptor) }
        #expect(throws: SystemError.self) { try PeerCredentials(ofSocket: -1) }
    }

    @Test(
        "a member is one by its group or by a supplementary one, and a group that does not exist has none",
        arguments: [
            (PeerCredentials(pid: 1, uid: 1, gid: 50), "weft", true),
            (PeerCredentials(pid: 1, uid: 1, gid: 1, groups: [7, 50]), "weft", true),
            (PeerCredentials(pid: 1, uid: 50, gid: 1, groups: [7]), "weft", false),
            (PeerCredentials(pid: 1, uid: 1, gid: 50), "other", false),
        ]
    )
    func membership(peer: PeerCredentials, group: String, isMember: Bool) {
        let accounts = AccountNames(source: OneGroup(name: "weft", number: 50), databases: [], now: { 0 })
        #expect(peer.isMember(ofGroup: group, accounts: accounts) == isMember)
    }
}
