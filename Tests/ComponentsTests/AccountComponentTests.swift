import Crypto
import FabricModel
import LinuxSystem
import SystemPackage
import Testing

@testable import Components

@Suite("Accounts that are there", .ownThread)
struct AccountComponentTests {
    private let fixture: AccountFixture

    init() throws {
        fixture = try AccountFixture()
    }

    @Test("an account is one resource, with its groups, its aging and its ranges")
    func user() throws {
        try fixture.append("passwd", #"alice:x:1500:1500:Alice, room 7:/home/al\ice:/bin/zsh"#)
        try fixture.append("group", "alice:x:1500:", "docker:x:999:bob,alice")
        try fixture.append("shadow", "alice:$y$j9T$salt$hash:0:1:90:14:30:20000:")
        try fixture.put("subuid", "alice:100000:65536", "1500:300000:10", "bob:1:1", "alice:x:y")
        try fixture.put("subgid", "alice:100000:65536")
        let digest = ContentDigest.keyed("$y$j9T$salt$hash".utf8, key: AccountFixture.key)
        var state = UserState(
            uid: 1500,
            group: AccountReference(name: "alice", id: 1500),
            comment: "Alice, room 7",
            home: #"/home/al\\ice"#,
            shell: "/bin/zsh",
            groups: ["docker"],
            password: .set(digest: digest, isLocked: false, hash: nil),
            aging: UserState.Aging(
                minimum: 1,
                maximum: 90,
                warning: 14,
                inactive: 30,
                expires: 20000,
                isDue: true
            ),
            subordinateUIDs: [.init(start: 100_000, count: 65536), .init(start: 300_000, count: 10)],
            subordinateGIDs: [.init(start: 100_000, count: 65536)]
        )
        state.ownsGroup = true
        #expect(try fixture.user("alice") == state)
        #expect(try fixture.state("group:alice") == .absent)
        // Those who are no accounts here are the group's.
        #expect(
            try fixture.state("group:docker") == .group(GroupState(gid: 999, isSystem: true, guests: ["bob"]))
        )
        let keys = try fixture.component().identify(nil).map { "\($0.key)" }
        #expect(
            keys == [
                "group:docker", "group:nogroup", "group:staff", "group:sudo", "user:alice", "user:daemon",
                "user:nobody", "user:root",
            ]
        )
    }

    @Test("what is expected of a user tells the digest of a hash, and not the hash")
    func expectations() throws {
        let component = fixture.component(keptHashes: ["alice"])
        let key = try ResourceKey("user:alice")
        let wanted = component.localised(.user(.account(1500) { $0.hash = "$6$a$b" }))
        let request = ChangeRequest(key: key, current: .absent, wanted: wanted)
        guard case .user(let expected) = component.expectations(of: request)[key]?.first else {
            Issue.record("nothing is expected")
            return
        }
        #expect(expected.hash == nil)
        #expect(expected.digest == .keyed("$6$a$b".utf8, key: AccountFixture.key))
        #expect(expected.uid == 1500)
    }

    @Test("what the system's tools change along with an account")
    func alsoChanged() throws {
        try fixture.append("passwd", "alice:x:1500:1500:::", "bob:x:1501:50:::", "eve:x:1502:1600:::")
        try fixture.append("group", "alice:x:1500:eve", "web:x:700:alice,dora", "own:x:701:dora")
        let table: [(String, Entry, [String])] = [
            ("group:web", .absent, ["user:alice"]), ("group:staff", .absent, ["user:bob"]),
            ("group:new", .group(GroupWish(from: nil, to: GroupState(gid: 1600))), ["user:eve"]),
            ("user:alice", .absent, ["group:alice", "user:eve"]),
            ("user:bob", .user(UserWish()), ["group:bob"]),
            ("user:dora", .user(.account(1503)), ["group:dora", "group:own", "group:web"]),
        ]
        for (key, wanted, others) in table {
            let request = ChangeRequest(key: try ResourceKey(key), current: .absent, wanted: wanted)
            let found = try fixture.component().alsoChanged(by: request).map(\.description).sorted()
            #expect(found == others, "\(key)")
        }
    }

    @Test(
        "what the password's field says",
        arguments: [
            ("", "not needed"), ("$6$salt$hash", "set"), ("!$6$salt$hash", "locked"),
            ("!!$6$salt$hash", "locked"), ("abJnggxhB/yWI", "set"), ("!abJnggxhB/yWI", "locked"),
            ("*", "none"),
            ("!", "none"), ("!!", "none"), ("!*", "none"), ("*LK*", "none"), ("x", "none"), ("$", "none"),
            ("abJnggxhB:yWI", "none"), ("no-hash-at-al", "none"),
        ]
    )
    func passwords(field: String, expected: String) {
        let password = UserState.Password(
            field: Array(field.utf8),
            key: AccountFixture.key,
            keepsHash: true
        )
        let found =
            switch password {
            case .none: "none"
            case .notNeeded: "not needed"
            case .set(_, let isLocked, _): isLocked ? "locked" : "set"
            }
        #expect(found == expected)
        guard case .set(let digest, _, let hash) = password else { return }
        let bare = field.replacing("!", with: "")
        #expect(digest == .keyed(bare.utf8, key: AccountFixture.key))
        // A hash of DES is never passed on.
        #expect(hash == (bare.hasPrefix("$") ? bare : nil))
    }

    @Test("a hash is kept only for the accounts that the settings name")
    func keptHashes() throws {
        try fixture.append("passwd", "alice:x:1500:1500:::", "bob:x:1501:1501:::")
        try fixture.append("shadow", "alice:$6$a$a:1::::::", "bob:$6$b$b:1::::::")
        guard case .set(_, _, let kept) = try fixture.user("alice", keptHashes: ["alice"]).password,
            case .set(_, _, let other) = try fixture.user("bob", keptHashes: ["alice"]).password
        else {
            Issue.record("both have a password")
            return
        }
        #expect(kept == "$6$a$a")
        #expect(other == nil)
    }

    @Test("a password without a line in shadow is that of passwd, and x is none")
    func noShadow() throws {
        try fixture.append("passwd", "old:$1$a$b:1500:100:::", "ghost:x:1501:100:::", "open::1502:100:::")
        #expect(try fixture.user("old").password != .none)
        #expect(try fixture.user("ghost").password == .none)
        #expect(try fixture.user("open").password == .notNeeded)
        #expect(try fixture.user("ghost").aging == UserState.Aging())
        #expect(try fixture.user("ghost").group == AccountReference(name: nil, id: 100))
    }

    @Test("numbers below those of people, and nobody's, are the system's")
    func system() throws {
        try fixture.put("login.defs", "#UID_MIN 5", "UID_MIN 500", "GID_MIN 600", "GID_MAX 60000", "UID_MIN")
        try fixture.append("passwd", "a:x:499:1:::", "b:x:500:1:::", "c:x:65533:1:::")
        try fixture.append("group", "ga:x:599:", "gb:x:600:")
        for (name, isSystem) in [("root", true), ("a", true), ("b", false), ("c", false), ("nobody", true)] {
            #expect(try fixture.user(name).isSystem == isSystem, "\(name)")
        }
        #expect(try fixture.state("group:ga") == .group(GroupState(gid: 599, isSystem: true)))
        #expect(try fixture.state("group:gb") == .group(GroupState(gid: 600)))
        #expect(try fixture.state("group:nogroup") == .group(GroupState(gid: 65534, isSystem: true)))
    }

    @Test("a line that is none is nobody's account, and the others are there")
    func malformed() throws {
        let before = try fixture.text("passwd").utf8 + []
        let odd: [[UInt8]] = [
            Array("+nis::::::".utf8), Array("-@no::::::".utf8), Array("#alice:x:1500:1500:::".utf8), [],
            Array("short:x:7".utf8), Array("long:x:7:7:a:b:c:d".utf8), Array("minus:x:-7:7:::".utf8),
            Array("big:x:4294967296:7:::".utf8), Array(":x:7:7:::".utf8), Array("root:x:7:7:::".utf8),
            Array("a/b:x:7:7:::".utf8), [0, 0xFF], Array("  indented:x:8:1:::".utf8),
            Array("caf".utf8) + [0xE9] + Array(":x:9:1:".utf8) + [0xFF] + Array("::/bin/sh".utf8),
        ]
        try fixture.folder.write(before + odd.joined(separator: [0x0A]), to: "etc/passwd")
        try fixture.append("group", "+::", "bad:x:1,2:", "root:x:77:daemon", "g:x:78:,,root,a/b,caf,")
        let keys = try fixture.component().identify(nil).map { "\($0.key)" }.filter { $0.hasPrefix("user") }
        #expect(
            keys == [
                #"user:caf\xe9"#, "user:daemon", "user:indented", "user:nobody", "user:root",
            ]
        )
        #expect(try fixture.user(#"caf\xe9"#).comment == #"\xff"#)
        #expect(try fixture.user("root").uid == 0)
        #expect(try fixture.user("root").groups == ["g"])
        #expect(try fixture.user("daemon").groups == [])
        #expect(try fixture.state("group:g") == .group(GroupState(gid: 78, isSystem: true, guests: ["caf"])))
        for observation in try fixture.component().identify(nil) { try observation.state.check() }
    }

    @Test(
        "a private group stays one when others are put into it, and is none with a guest or another's number"
    )
    func privateGroups() throws {
        try fixture.append("passwd", "alice:x:1500:1500:::", "bob:x:1501:1500:::")
        try fixture.append("group", "alice:x:1500:bob", "bob:x:1501:")
        #expect(try fixture.state("group:alice") == .absent)
        #expect(try fixture.user("bob").groups == ["alice"])
        #expect(try fixture.state("group:bob") == .group(GroupState(gid: 1501)))
        try fixture.append("passwd", "carol:x:1502:1502:::")
        try fixture.append("group", "carol:x:1502:guest")
        #expect(try fixture.state("group:carol") == .group(GroupState(gid: 1502, guests: ["guest"])))
    }

    @Test("files that are gone or empty are an error, and no farewell to all accounts")
    func gone() throws {
        for (file, text, code) in [
            ("passwd", "", ComponentsError.Code.unstableFile), ("passwd", nil, .unreadableFile),
            ("group", nil, .unreadableFile),
        ] as [(String, String?, ComponentsError.Code)] {
            let fixture = try AccountFixture()
            if let text {
                try fixture.put(file, text)
            } else {
                try Command.run("rm", "\(fixture.root)/etc/\(file)")
            }
            let error = #expect(throws: ComponentsError.self) { try fixture.component().identify(nil) }
            #expect(error?.code == code)
            #expect(error?.subject.hasSuffix("/etc/\(file)") == true)
            let key = try ResourceKey("user:root")
            let request = ChangeRequest(key: key, current: .absent, wanted: .absent)
            #expect(fixture.component().change([request])[key]?.code == code)
        }
    }

    @Test("files that are replaced while they are read are read anew, and given up when that goes on")
    func replaced() throws {
        var count = 0
        func replace() throws {
            count += 1
            try fixture.put("shadow+", "root:\(count):1::::::")
            try Command.run("mv", "\(fixture.root)/etc/shadow+", "\(fixture.root)/etc/shadow")
        }
        var failure: (any Error)?
        func attempt(_ body: () throws -> Void) {
            do { try body() } catch { failure = error }
        }
        let files = try AccountFiles.read(below: fixture.root) { if count == 0 { attempt(replace) } }
        #expect(files.shadow == Array("root:1:1::::::\n".utf8))
        let error = #expect(throws: ComponentsError.self) {
            try AccountFiles.read(below: fixture.root) { attempt(replace) }
        }
        #expect(error?.code == .unstableFile)
        #expect(failure == nil)
    }

    @Test(
        "who was there before the last change of the accounts came to be by then",
        .enabled(if: AccountFixture.canChange)
    )
    func changed() throws {
        let component = try fixture.component()
        func changed(_ name: String) throws -> Int64? {
            try component.identify([ResourceKey(name)]).first?.changed
        }
        for name in ["first", "second"] {
            try Command.run("useradd", "-R", fixture.root.string, "--system", name)
        }
        let last = try #require(try FileStatus.at(fixture.root.appending("etc/passwd"))).changed
        let before = try #require(try FileStatus.at(fixture.root.appending("etc/passwd-"))).modified
        #expect(before < last)
        #expect(try changed("user:first") == before)
        #expect(try changed("user:second") == last)
        // It never was there.
        #expect(try changed("user:third") == before)
        #expect(try changed("group:first") != changed("group:second"))
        try Command.run("userdel", "-R", fixture.root.string, "first")
        #expect(try changed("user:first") == FileStatus.at(fixture.root.appending("etc/passwd"))?.changed)
        #expect(try changed("user:second") != changed("user:first"))
    }

    @Test(
        "the account files are this component's, and login.defs tells of it",
        arguments: [
            ("/etc/passwd", "owns"), ("/etc/group", "owns"), ("/etc/shadow", "owns"),
            ("/etc/gshadow", "owns"),
            ("/etc/subuid", "owns"), ("/etc/subgid", "owns"), ("/etc/passwd-", "owns"),
            ("/etc/shadow+", "owns"),
            ("/etc/group.lock", "owns"), ("/etc/passwd.4711", "owns"), ("/etc/.pwd.lock", "owns"),
            ("/etc/login.defs", "tells"), ("/etc/passwd.bak", "none"), ("/etc/passwd.", "none"),
            ("/etc/passwdx", "none"), ("/etc/groups", "none"), ("/etc/security/passwd", "none"),
            ("/srv/etc/passwd", "none"), ("/etc", "none"), ("/", "none"), ("/etc/sudoers", "none"),
        ]
    )
    func claims(path: String, expected: String) {
        let claim =
            switch fixture.component().claim(FilePath(path)) {
            case .none: "none"
            case .tells: "tells"
            case .owns: "owns"
            }
        #expect(claim == expected)
    }

    @Test("a tag's hash is compared by this node's own digest of it")
    func localised() throws {
        try fixture.append("passwd", "alice:x:1500:1500:::")
        try fixture.append("shadow", "alice:$6$a$a:1::::::")
        let state = ResourceState.user(try fixture.user("alice"))
        var wish = UserWish()
        wish.hash = "$6$a$a"
        #expect(fixture.component().localised(.user(wish)).isSatisfied(by: state))
        wish.hash = "$6$b$b"
        #expect(!fixture.component().localised(.user(wish)).isSatisfied(by: state))
        wish.hash = nil
        wish.digest = .keyed("of another node".utf8, key: SymmetricKey(size: .bits256))
        #expect(fixture.component().localised(.user(wish)).isSatisfied(by: state))
        #expect(fixture.component().localised(.absent) == .absent)
    }
}
