import Glibc
import LinuxSystem
import SystemPackage
import Testing

/// Files as `session_save` of systemd 252 and 257 writes them (`logind-session.c`); names and numbers are made up.
@Suite("Sessions of logind")
struct LogindSessionsTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// A session's file; a key whose value is empty is left out.
    func session(_ id: String, _ changes: [String: String] = [:]) throws {
        var values = [
            "UID": "1000", "USER": "alice", "ACTIVE": "1", "IS_DISPLAY": "1", "STATE": "active",
            "REMOTE": "1",
            "TYPE": "tty", "ORIGINAL_TYPE": "tty", "CLASS": "user", "SCOPE": "session-\(id).scope",
            "FIFO": "/run/systemd/sessions/\(id).ref", "TTY": "pts/0", "REMOTE_HOST": "192.0.2.7",
            "SERVICE": "sshd",
            "POSITION": "0", "LEADER": "4711", "AUDIT": "3", "REALTIME": "1790000000000000",
            "MONOTONIC": "12345",
        ]
        values.merge(changes) { $1 }
        let lines = values.filter { !$0.value.isEmpty }.map { "\($0.key)=\($0.value)\n" }.joined()
        try folder.file(id, ("# This is private data. Do not parse.\n" + lines).utf8)
        if try FileStatus.at(folder(id + ".ref")) == nil { try folder.fifo(id + ".ref") }
    }

    func sessions() throws -> [LoginSession] { try LogindSessions(folder: folder.path).sessions() }

    @Test("a remote login is read with user, host, terminal, leader and start")
    func remote() throws {
        try session("3")
        #expect(
            try sessions() == [
                LoginSession(
                    id: "3",
                    user: "alice",
                    uid: 1000,
                    source: "192.0.2.7",
                    terminal: "pts/0",
                    leader: 4711,
                    since: 1_790_000_000_000_000
                )
            ]
        )
    }

    @Test("a local login has its terminal as its source, and a command over ssh may have neither")
    func local() throws {
        try session("1", ["REMOTE_HOST": "", "TTY": "tty1"])
        #expect(try sessions().map(\.source) == ["tty1"])
        try session("1", ["REMOTE_HOST": "", "TTY": ""])
        #expect(try sessions().map(\.source) == [nil])
    }

    @Test(
        "only sessions of people that are not closing count",
        arguments: [
            (["CLASS": "user"], true), (["CLASS": "user-early"], true), (["CLASS": "user-light"], true),
            (["STATE": "online"], true), (["CLASS": ""], true),
            (["CLASS": "greeter"], false), (["CLASS": "manager"], false), (["CLASS": "background"], false),
            (["CLASS": "lock-screen"], false), (["CLASS": "user-incomplete"], false),
            (["STATE": "closing"], false), (["STATE": "opening"], false), (["STATE": ""], false),
            (["USER": ""], false), (["UID": "-1"], false), (["UID": "many"], false),
        ] as [([String: String], Bool)]
    )
    func classes(changes: [String: String], counts: Bool) throws {
        try session("1", changes)
        #expect(try sessions().count == (counts ? 1 : 0))
    }

    @Test(
        "a host is read with systemd's escapes and quotes",
        arguments: [("a\\x20b", "a b"), ("\"a b\"", "a b"), ("fe80::1%eth0", "fe80::1%eth0"), ("a=b", "a=b")]
    )
    func escapes(written: String, read: String) throws {
        try session("1", ["REMOTE_HOST": written])
        #expect(try sessions().map(\.source) == [read])
    }

    @Test("sessions come in the order of their start")
    func order() throws {
        try session("c2", ["REALTIME": "30"])
        try session("10", ["REALTIME": "20"])
        try session("9", ["REALTIME": "40"])
        #expect(try sessions().map(\.id) == ["10", "c2", "9"])
    }

    @Test("garbage, empty and half-written files are no sessions, and a FIFO is not opened")
    func garbage() throws {
        try folder.file("1")
        try folder.file("2", [0xFF, 0, 0x0A, 0x3D, 0x3D])
        try folder.file("3", "UID=1000\nUSER=ali".utf8)
        try folder.file(".#4abcdef", "UID=1\nUSER=x\nSTATE=active\nCLASS=user\n".utf8)
        try folder.fifo("5.ref")
        try folder.link("6", to: "3")
        #expect(try sessions().isEmpty)
    }

    @Test("without the folder there are no sessions, and logind does not run")
    func missing() throws {
        let logind = LogindSessions(folder: folder("none"))
        #expect(try logind.sessions().isEmpty)
        #expect(try !logind.isRunning())
        #expect(try LogindSessions(folder: folder.path).isRunning())
    }
}

/// Records written by glibc's own pututline(3).
@Suite("Sessions of the login records", .serialized)
struct UtmpSessionsTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    func record(
        _ type: Int32,
        _ user: String,
        _ line: String,
        _ host: String,
        pid: Int32,
        at seconds: Int32
    ) throws {
        if try FileStatus.at(folder("utmp")) == nil { try folder.file("utmp") }
        try #require(utmpname(folder("utmp").string) == 0)
        var record = utmp()
        record.ut_type = Int16(type)
        record.ut_pid = pid
        record.ut_tv.tv_sec = numericCast(seconds)
        record.ut_tv.tv_usec = 25
        withUnsafeMutableBytes(of: &record.ut_user) { $0.copyBytes(from: user.utf8.prefix($0.count)) }
        withUnsafeMutableBytes(of: &record.ut_line) { $0.copyBytes(from: line.utf8.prefix($0.count)) }
        withUnsafeMutableBytes(of: &record.ut_id) { $0.copyBytes(from: String(pid).utf8.prefix($0.count)) }
        withUnsafeMutableBytes(of: &record.ut_host) { $0.copyBytes(from: host.utf8.prefix($0.count)) }
        setutent()
        defer { endutent() }
        try #require(pututline(&record) != nil)
    }

    func sessions(alive: @escaping @Sendable (Int32) -> Bool = { _ in true }) throws -> [LoginSession] {
        try UtmpSessions(file: folder("utmp"), accounts: AccountNames(), isAlive: alive).sessions()
    }

    @Test("logins of people are read, boot records and terminals that wait for a login are not")
    func records() throws {
        try record(Int32(BOOT_TIME), "reboot", "~", "6.18", pid: 1, at: 1)
        try record(Int32(LOGIN_PROCESS), "LOGIN", "tty2", "", pid: 12, at: 2)
        try record(Int32(USER_PROCESS), "root", "pts/1", "198.51.100.9", pid: 20, at: 1_700_000_000)
        try record(Int32(USER_PROCESS), "root", "tty1", "", pid: 10, at: 1_600_000_000)
        #expect(
            try sessions() == [
                LoginSession(
                    id: "tty1:10",
                    user: "root",
                    uid: 0,
                    source: "tty1",
                    terminal: "tty1",
                    leader: 10,
                    since: 1_600_000_000_000_025
                ),
                LoginSession(
                    id: "pts/1:20",
                    user: "root",
                    uid: 0,
                    source: "198.51.100.9",
                    terminal: "pts/1",
                    leader: 20,
                    since: 1_700_000_000_000_025
                ),
            ]
        )
    }

    @Test("a login whose process is gone, or whose user is unknown, is over")
    func stale() throws {
        try record(Int32(USER_PROCESS), "root", "pts/1", "", pid: 20, at: 5)
        try record(Int32(USER_PROCESS), "nobody-here", "pts/2", "", pid: 21, at: 5)
        try record(Int32(USER_PROCESS), "root", "pts/3", "", pid: 22, at: 5)
        #expect(try sessions(alive: { $0 != 20 }).map(\.id) == ["pts/3:22"])
    }

    @Test("fields that fill their whole length are cut there")
    func fullFields() throws {
        let host = String(repeating: "h", count: 256)
        let line = String(repeating: "l", count: 32)
        try record(Int32(USER_PROCESS), "root", line, host, pid: 20, at: 5)
        #expect(try sessions().map(\.source) == [host])
        #expect(try sessions().map(\.terminal) == [line])
    }

    @Test("a missing file is no login, a torn one is an error")
    func torn() throws {
        #expect(try sessions().isEmpty)
        try folder.file("utmp", [UInt8](repeating: 7, count: 100))
        #expect(#expect(throws: SystemError.self) { try sessions() }?.code == .invalidData)
    }

    @Test("the machine's sessions are logind's where it runs, else those of the records")
    func machine() throws {
        try record(Int32(USER_PROCESS), "root", "pts/1", "", pid: 20, at: 5)
        let utmp = UtmpSessions(file: folder("utmp"), accounts: AccountNames(), isAlive: { _ in true })
        let machine = MachineSessions(logind: LogindSessions(folder: folder("sessions")), utmp: utmp)
        #expect(try machine.sessions().map(\.id) == ["pts/1:20"])
        try folder.folder("sessions")
        #expect(try machine.sessions().isEmpty)
        try folder.file("sessions/7", "UID=1000\nUSER=alice\nSTATE=active\nCLASS=user\n".utf8)
        #expect(try machine.sessions().map(\.id) == ["7"])
    }
}
