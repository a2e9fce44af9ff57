import FabricModel
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@testable import Components

@Suite("Changes of accounts", .ownThread, .enabled(if: AccountFixture.canChange))
struct AccountChangeTests {
    let fixture: AccountFixture

    init() throws {
        fixture = try AccountFixture()
    }

    func reference(_ name: String, _ id: UInt32) -> AccountReference {
        AccountReference(name: name, id: id)
    }

    func wish(_ set: (inout UserWish) -> Void) -> Entry {
        var wish = UserWish()
        set(&wish)
        return .user(wish)
    }

    func group(_ set: (inout GroupWish) -> Void = { _ in }) -> Entry {
        var wish = GroupWish()
        set(&wish)
        return .group(wish)
    }

    func lines(_ file: String, _ name: String) throws -> [String] {
        try fixture.text(file).split(separator: "\n").filter { $0.hasPrefix("\(name):") }.map(String.init)
    }

    @Test("a user is made as elsewhere, with a home, and satisfies the entry")
    func make() throws {
        let entry = Entry.user(
            .account(1500, group: reference("alice", 1500), joins: ["sudo", "staff"]) { wish in
                wish.comment = "Alice, room 7"
                wish.aging = UserState.Aging(maximum: 90, inactive: 5, expires: 30000, isDue: true)
                wish.isSystem = false
                wish.hash = "$6$salt$hash"
                wish.isLocked = true
            }
        )
        try fixture.apply(["user:alice": entry])
        let state = try fixture.user("alice", keptHashes: ["alice"])
        #expect(fixture.component().localised(entry).isSatisfied(by: .user(state)))
        #expect(state.group == reference("alice", 1500))
        #expect(state.groups == ["staff", "sudo"])
        #expect(state.aging == UserState.Aging(maximum: 90, inactive: 5, expires: 30000, isDue: true))
        #expect(state.subordinateUIDs.count == 1)
        #expect(try lines("shadow", "alice") == ["alice:!$6$salt$hash:0::90::5:30000:"])
        let home = fixture.root.appending("home/1500")
        #expect(try FileStatus.at(home.appending(".profile"))?.uid == 1500)
        // Nothing is left to do.
        try fixture.apply(["user:alice": entry], fixture.component(tools: Forbidden()))
    }

    @Test("an account of the system has no home made, and one whose home is the root none either")
    func makeSystem() throws {
        let failures = try fixture.change([
            "user:svc": .user(.account(301) { $0.isSystem = true }),
            "user:rooted": .user(.account(1502) { $0.home = "/" }),
        ])
        #expect(failures.isEmpty, "\(failures)")
        #expect(try fixture.user("svc").isSystem)
        #expect(try fixture.user("svc").aging == UserState.Aging())
        #expect(try FileStatus.at(fixture.root.appending("home/301")) == nil)
        #expect(try FileStatus.at(fixture.root.appending(".profile")) == nil)
        #expect(try lines("group", "svc").count == 1)
    }

    @Test("an account of the system whose number somebody has gets a free one, and waits for one who goes")
    func systemNumberTaken() throws {
        try fixture.append("passwd", "web:x:301:301:::/bin/sh", "old:x:302:302:::/bin/sh")
        try fixture.append("group", "web:x:301:", "old:x:302:")
        try fixture.apply([
            "user:svc": .user(.account(301) { $0.isSystem = true }),
            "user:new": .user(.account(302) { $0.isSystem = true }), "user:old": .absent,
            "group:ops": group { wish in
                wish.gid = 27
                wish.isSystem = true
            },
        ])
        let svc = try fixture.user("svc")
        #expect(svc.uid != 301 && svc.isSystem)
        #expect(svc.group.name == "svc")
        #expect(try fixture.user("new").uid == 302)
        guard case .group(let ops) = try fixture.state("group:ops") else {
            Issue.record("there is no group")
            return
        }
        #expect(ops.gid != 27 && ops.isSystem)
        // What is there keeps the number that it has.
        try fixture.apply(["user:svc": .user(.account(333) { $0.isSystem = true })])
        #expect(try fixture.user("svc").uid == svc.uid)
    }

    @Test("the private group has the number that it has elsewhere, where that is free")
    func privateGroups() throws {
        try fixture.append("group", "taken:x:1700:", "carol:x:1800:", "1504:x:1504:")
        let failures = try fixture.change([
            "user:alice": .user(.account(1500, group: reference("alice", 1600))),
            "user:bob": .user(.account(1501, group: reference("bob", 1700))),
            "user:carol": .user(.account(1502, group: reference("carol", 1502))),
            "user:dora": .user(.account(1503, group: reference("staff", 4711))),
            "user:eve": .user(.account(1505, group: AccountReference(name: nil, id: 1700))),
        ])
        #expect(failures.isEmpty, "\(failures)")
        #expect(try fixture.user("alice").group == reference("alice", 1600))
        #expect(try fixture.user("bob").group.name == "bob")
        #expect(try fixture.user("carol").group == reference("carol", 1800))
        #expect(try fixture.user("dora").group == reference("staff", 50))
        #expect(try fixture.user("eve").group == reference("taken", 1700))
        #expect(try lines("group", "dora") == [])
        #expect(try fixture.state("group:alice") == .absent)
    }

    @Test(
        "a primary group that only a directory service knows is taken, by its number; nobody is put into one"
    )
    func directoryGroups() throws {
        try fixture.put("group", "root:x:0:", "staff:x:50:")
        let names = AccountNames(source: Engineers(), databases: [], now: { 0 })
        let plan = AccountPlan(accounts: try fixture.component().read(), directory: names)
        let key = try ResourceKey("user:alice")
        let wish = UserWish.account(1500, group: reference("engineers", 1), joins: ["engineers", "staff"])
        guard case .addUser(let user) = try plan.steps(making: key, wish).last else {
            Issue.record("nobody is made")
            return
        }
        #expect(user.group == .existing(Array("engineers".utf8)))
        #expect(user.groups == [Array("staff".utf8)])
        #expect(throws: ComponentsError.self) {
            try AccountPlan(accounts: plan.accounts).steps(making: key, wish)
        }
        let numbered = UserWish.account(1500, group: AccountReference(name: nil, id: 90000))
        guard case .addUser(let other) = try plan.steps(making: key, numbered).last else {
            Issue.record("nobody is made")
            return
        }
        #expect(other.group == .existing(Array("90000".utf8)))
        // What is compared is the number; that of a group of the node's own, its name.
        let component = fixture.component(directory: names)
        #expect(component.localised(wish).group == AccountReference(name: nil, id: 90000))
        #expect(component.localised(UserWish.account(1, group: reference("staff", 1))).group?.name == "staff")
        try fixture.append("passwd", "alice:x:1500:90000::/home/1500:/bin/bash")
        let error = try fixture.change(["user:alice": .user(wish)], component)["user:alice"]
        #expect(
            error?.message.contains("it is not in the group 'engineers'; where that is a directory's") == true
        )
        #expect(error?.message.contains("its group") == false)
        #expect(try fixture.user("alice").groups == ["staff"])
    }

    @Test("what cannot be made says why and the way out, and nothing is touched")
    func refused() throws {
        try fixture.append("passwd", "owner:x:1500:1600::/:/bin/sh")
        try fixture.append("group", "owner:x:1600:")
        let files = try ["passwd", "group", "shadow"].map { try fixture.text($0) }
        let table: [(String, Entry, [String])] = [
            ("user:alice", .user(.account(1500)), ["number 1500", "'owner'", "usermod --uid"]),
            (
                "user:alice", .user(.account(1501, group: reference("nosuch", 7))),
                ["group 'nosuch' does not exist", "groupadd"]
            ),
            (
                "user:alice", .user(.account(1501, group: AccountReference(name: nil, id: 4711))),
                ["group '4711'"]
            ),
            ("user:alice", .user(.account(1501, joins: ["sudo", "nosuch"])), ["group 'nosuch'"]),
            (
                "user:alice", wish { $0.shell = "/bin/zsh" },
                ["does not exist here, and its entry says only what was changed of it"]
            ),
            ("user:owner", wish { $0.uid = 0 }, ["number 0", "'root'"]),
            ("user:owner", wish { $0.joins = ["nosuch"] }, ["group 'nosuch'"]),
            ("user:owner", wish { $0.group = AccountReference(name: "nosuch", id: 1) }, ["group 'nosuch'"]),
            ("user:owner", wish { $0.isLocked = false }, ["nothing to unlock", "passwd"]),
            ("user:owner", wish { $0.hash = "no-hash" }, ["begins with '$'"]),
            ("group:owner", group { $0.gid = 1600 }, ["private group", "usermod --gid"]),
            ("group:new", group { $0.gid = 27 }, ["number 27", "'sudo'"]),
            ("group:staff", group { $0.gid = 27 }, ["number 27", "'sudo'"]),
            ("group:staff", group { $0.joins = ["owner"] }, ["'owner'", "is an account of this node"]),
        ]
        for (key, entry, parts) in table {
            let error = try fixture.change([key: entry])[key]
            #expect(error?.code == .cannotChange)
            #expect(error?.subject == key)
            for part in parts {
                #expect(error?.message.contains(part) == true, "\(part): \(error?.message ?? "")")
            }
        }
        #expect(try ["passwd", "group", "shadow"].map { try fixture.text($0) } == files)
    }

    @Test("of an account that is there only what is wanted otherwise changes")
    func change() throws {
        let made = Entry.user(.account(1500, joins: ["sudo", "staff"]) { $0.hash = "$6$a$b" })
        try fixture.apply(["user:alice": made])
        try fixture.append("group", "docker:x:999:")
        let before = try fixture.user("alice")
        let entry = wish { wish in
            wish.shell = "/bin/zsh"
            wish.comment = #"caf\xe9"#
            wish.joins = ["docker"]
            wish.leaves = ["staff"]
            wish.subordinateUIDs = [.init(start: 500_000, count: 1000)]
        }
        try fixture.apply(["user:alice": entry])
        var after = before
        after.shell = "/bin/zsh"
        after.comment = #"caf\xe9"#
        after.groups = ["docker", "sudo"]
        after.subordinateUIDs = [.init(start: 500_000, count: 1000)]
        #expect(try fixture.user("alice") == after)
        #expect(try lines("gshadow", "staff") == ["staff:!::"])
        let moved = wish { wish in
            wish.uid = 1555
            wish.home = "/home/elsewhere"
            wish.group = AccountReference(name: "staff", id: 1)
            wish.aging = UserState.Aging(minimum: 2)
        }
        try fixture.apply(["user:alice": moved])
        let found = try fixture.user("alice")
        #expect(moved.isSatisfied(by: .user(found)))
        #expect(found.group == reference("staff", 50))
        #expect(try FileStatus.at(fixture.root.appending("home/1500")) != nil)
        let home = try FileStatus.at(fixture.root.appending("home/elsewhere"))
        #expect(home?.uid == 1555)
        #expect(home.map { $0.mode & 0o7777 } == 0o700)
        #expect(found.password == before.password)
        let own = wish { $0.group = AccountReference(name: "bob", id: 1666) }
        try fixture.apply(["user:bob": .user(.account(1600, group: reference("staff", 50)))])
        try fixture.apply(["user:bob": own])
        #expect(try fixture.user("bob").group == reference("bob", 1666))
    }

    @Test("a password is locked, unlocked and replaced, and its field is touched for nothing else")
    func passwords() throws {
        try fixture.append("passwd", "alice:x:1500:100::/:/bin/sh", "open:x:1501:100::/:/bin/sh")
        try fixture.append("shadow", "alice:$6$a$b:19000::::::", "open::19000::::::")
        func field(_ name: String) throws -> String {
            try
                #require(lines("shadow", name).first).split(separator: ":", omittingEmptySubsequences: false)[
                    1
                ]
                + ""
        }
        let rows: [(String, Entry, String)] = [
            ("alice", wish { $0.shell = "/bin/zsh" }, "$6$a$b"),
            ("alice", wish { $0.isLocked = true }, "!$6$a$b"),
            ("alice", wish { $0.comment = "Alice" }, "!$6$a$b"),
            ("alice", wish { $0.hash = "$6$c$d" }, "!$6$c$d"),
            ("alice", wish { $0.isLocked = false }, "$6$c$d"),
            ("alice", wish { $0.hash = "$6$e$f" }, "$6$e$f"),
            ("open", wish { $0.isLocked = false }, ""), ("open", wish { $0.isLocked = true }, "!"),
            ("open", wish { $0.isLocked = true }, "!"),
            (
                "open",
                wish { wish in
                    wish.hash = "$6$g$h"
                    wish.isLocked = true
                }, "!$6$g$h"
            ),
        ]
        for (name, entry, expected) in rows {
            try fixture.apply(["user:\(name)": entry])
            #expect(try field(name) == expected)
            #expect(fixture.component().localised(entry).isSatisfied(by: .user(try fixture.user(name))))
        }
    }

    @Test("what is due stays due until there is another password, which may be due as well")
    func due() throws {
        try fixture.append("passwd", "alice:x:1500:100::/:/bin/sh")
        try fixture.append("shadow", "alice:$6$a$b:0:0:99999:7:::")
        try fixture.apply(["user:alice": wish { $0.aging = UserState.Aging(maximum: 90) }])
        #expect(try fixture.user("alice").aging == UserState.Aging(maximum: 90, isDue: true))
        let entry = wish { wish in
            wish.hash = "$6$c$d"
            wish.aging = UserState.Aging(maximum: 90, isDue: true)
        }
        try fixture.apply(["user:alice": entry])
        #expect(try lines("shadow", "alice") == ["alice:$6$c$d:0::90::::"])
        try fixture.apply(["user:alice": wish { $0.hash = "$6$e$f" }])
        #expect(try !fixture.user("alice").aging.isDue)
    }

    @Test("a group is made, renumbered, freed of guests and removed")
    func groups() throws {
        try fixture.apply(["group:web": group { $0.gid = 700 }, "group:free": group()])
        #expect(try fixture.state("group:web") == .group(GroupState(gid: 700, isSystem: true)))
        #expect(try fixture.state("group:free") == .group(GroupState(gid: 1000)))
        try fixture.put("group", "root:x:0:", "web:x:700:guest@x,other", "alice:x:1500:")
        try fixture.append("passwd", "alice:x:1500:1500:::/bin/sh")
        let entry = group { wish in
            wish.gid = 701
            wish.leaves = ["guest@x", "nobody-here"]
        }
        try fixture.apply(["group:web": entry])
        #expect(
            try fixture.state("group:web") == .group(GroupState(gid: 701, isSystem: true, guests: ["other"]))
        )
        // A guest has to be known to the node, by whatever service.
        let unknown = try fixture.change(["group:web": group { $0.joins = ["dora"] }])["group:web"]
        #expect(unknown?.code == .programFailed)
        #expect(unknown?.message.contains("user 'dora' does not exist") == true)
        #expect(unknown?.subject.hasPrefix("gpasswd ") == true)
        try fixture.apply(["group:web": .absent, "group:alice": .absent])
        #expect(try lines("group", "web") == [])
        #expect(try lines("group", "alice").count == 1)
    }

    @Test("what a program refuses names the command, its status and what it said")
    func programs() throws {
        try fixture.append("passwd", "alice:x:1500:50:::/bin/sh")
        let error = try fixture.change(["group:staff": .absent])["group:staff"]
        #expect(error?.code == .programFailed)
        #expect(error?.subject == "groupdel --root \(fixture.root) staff")
        #expect(
            error?.message.contains("ended with status 8: groupdel: cannot remove the primary group") == true
        )
        // The group that was made for a user who could not be made goes again.
        try fixture.folder.makeDirectory("etc/passwd.lock")
        let other = try fixture.change([
            "user:Ann B": .user(.account(1501, group: AccountReference(name: "Ann B", id: 1600)))
        ])
        #expect(other["user:Ann B"]?.code == .programFailed)
        #expect(try !fixture.text("group").contains("Ann B"))
    }

    @Test("one request makes what another needs, whatever their order, and the others are done all the same")
    func together() throws {
        try fixture.append("passwd", "old:x:1500:1500:::/bin/sh")
        try fixture.append("group", "old:x:1500:", "gone:x:1900:old")
        try fixture.append("shadow", "old:!:1::::::")
        let failures = try fixture.change([
            "group:gone": .absent,
            "user:bob": .user(.account(1501, joins: ["alice", "docker"])),
            "user:alice": .user(.account(1502)),
            "user:new": .user(.account(1500)),
            "user:never": .user(.account(1503, joins: ["nosuch"])),
            "group:docker": group { $0.gid = 999 },
            "user:old": .absent,
        ])
        #expect(failures.keys.sorted() == ["user:never"])
        #expect(try fixture.user("bob").groups == ["alice", "docker"])
        #expect(try fixture.user("new").uid == 1500)
        #expect(try fixture.state("user:old") == .absent)
        #expect(try lines("group", "gone") == [])
    }

    @Test("programs that end well and do something else have failed")
    func notDone() throws {
        try fixture.append("passwd", "alice:x:1500:50:::/bin/sh")
        try fixture.append("group", "web:x:700:guest", "club:x:701:")
        let idle = fixture.component(tools: Interrupted {})
        let failures = try fixture.change(
            [
                "group:club": .absent, "group:web": group { $0.leaves = ["guest"] },
                "user:alice": wish { wish in
                    wish.shell = "/bin/zsh"
                    wish.joins = ["club"]
                    wish.hash = "$6$a$b"
                },
                "user:bob": .user(.account(1501)), "user:daemon": wish { $0.hash = "$6$a$b" },
            ],
            idle
        )
        let table = [
            ("group:club", "still there"), ("group:web", "'guest' is still a member"),
            ("user:alice", "its shell is '/bin/sh' and not '/bin/zsh'; it is not in the group 'club'"),
            ("user:bob", "not there"), ("user:daemon", "its password"),
        ]
        #expect(failures.keys.sorted() == table.map(\.0))
        for (key, part) in table {
            #expect(failures[key]?.code == .programFailed)
            #expect(failures[key]?.message.contains(part) == true, "\(failures[key]?.message ?? "")")
            #expect(failures[key]?.message.contains("$6$") == false)
        }
    }

    @Test("an account in another state than the caller knows is left alone")
    func changedMeanwhile() throws {
        try fixture.append("passwd", "alice:x:1500:100:::/bin/sh")
        let key = try ResourceKey("user:alice")
        var known = try fixture.user("alice")
        known.shell = "/bin/bash"
        for (current, wanted) in [
            (ResourceState.user(known), wish { $0.shell = "/bin/zsh" }), (.absent, .user(.account(1500))),
            (.user(known), .absent),
        ] {
            let request = ChangeRequest(key: key, current: current, wanted: wanted)
            #expect(fixture.component(tools: Forbidden()).change([request])[key]?.code == .changedMeanwhile)
        }
    }

    @Test("what somebody else changes between two steps is seen")
    func changedBetween() throws {
        try fixture.append("passwd", "alice:x:1500:100:::/bin/sh", "bob:x:1501:100:::/bin/sh")
        let fixture = self.fixture
        let tools = Interrupted {
            let text = try fixture.text("passwd")
            try fixture.folder.write(
                text.replacing("bob:x:1501:100:::/bin/sh", with: "bob:x:1501:100:::/bin/ksh"),
                to: "etc/passwd"
            )
        }
        let entry = wish { $0.shell = "/bin/zsh" }
        let failures = try fixture.change(
            ["group:staff": group { $0.gid = 51 }, "user:alice": entry, "user:bob": entry],
            fixture.component(tools: tools)
        )
        // The others were asked for, and nothing was done.
        #expect(failures["user:bob"]?.code == .changedMeanwhile)
        #expect(failures["user:alice"]?.code == .programFailed)
        #expect(try fixture.user("bob").shell == "/bin/ksh")
    }
}

/// A directory service with one group.
private struct Engineers: AccountDatabase {
    func user(_ uid: UInt32) -> AccountAnswer<String> { .missing }
    func group(_ gid: UInt32) -> AccountAnswer<String> { gid == 90000 ? .found("engineers") : .missing }
    func uid(named name: String) -> AccountAnswer<UInt32> { .missing }
    func gid(named name: String) -> AccountAnswer<UInt32> { name == "engineers" ? .found(90000) : .missing }
}

/// Tools that must not be used.
private struct Forbidden: AccountTools {
    func carryOut(_ step: AccountStep) throws(ComponentsError) {
        Issue.record("\(step)")
    }
}

/// Tools that do nothing, while somebody else does something.
private struct Interrupted: AccountTools {
    let body: @Sendable () throws -> Void

    func carryOut(_ step: AccountStep) throws(ComponentsError) {
        do {
            try body()
        } catch {
            Issue.record(error)
        }
    }
}
