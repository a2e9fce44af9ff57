import FabricModel
import LinuxSystem
import SystemPackage
import Testing

@testable import Components

@Suite("Accounts with another name", .ownThread, .enabled(if: AccountFixture.canChange))
struct AccountRenameTests {
    private let fixture: AccountFixture

    init() throws {
        fixture = try AccountFixture()
    }

    private func own(_ name: String, _ id: UInt32) -> AccountReference {
        AccountReference(name: name, id: id)
    }

    private func group(_ gid: UInt32, formerly: String? = nil) -> Entry {
        var wish = GroupWish()
        wish.gid = gid
        wish.formerly = formerly
        return .group(wish)
    }

    private func makeDave() throws {
        try fixture.append("group", "adm:x:4:")
        let dave = UserWish.account(1500, group: own("dave", 1500), joins: ["adm"]) { $0.hash = "$6$a$b" }
        try fixture.apply(["user:dave": .user(dave)])
    }

    @Test("a user keeps the password, the groups and the group that has the old name")
    func user() throws {
        try makeDave()
        try fixture.apply([
            "group:dave": group(1500),
            "user:erin": .user(
                .account(1500, group: own("dave", 1500), joins: ["adm"]) { $0.formerly = "dave" }
            ),
            "user:dave": .absent,
        ])
        #expect(try fixture.state("user:dave") == .absent)
        #expect(try fixture.state("group:dave") == .group(GroupState(gid: 1500)))
        let erin = try fixture.user("erin", keptHashes: ["erin"])
        #expect(erin.group == own("dave", 1500))
        #expect(erin.groups == ["adm"])
        #expect(try fixture.text("shadow").contains("\nerin:$6$a$b:"))
    }

    @Test("a private group gets the user's new name; what lies in the home stays there")
    func privateGroup() throws {
        try makeDave()
        let erin = UserWish.account(1500, group: own("erin", 1500), joins: ["adm"]) {
            $0.home = "/home/erin"
            $0.formerly = "dave"
        }
        try fixture.apply(["user:erin": .user(erin), "user:dave": .absent])
        #expect(try fixture.user("erin").group == own("erin", 1500))
        #expect(try !fixture.text("group").contains("dave"))
        #expect(try FileStatus.at(fixture.root.appending("home/1500/.profile")) != nil)
    }

    @Test("a group keeps its members, also those of whom it is the primary one")
    func primaryGroup() throws {
        try fixture.append("group", "devs:x:700:bob")
        try fixture.append("passwd", "alice:x:1500:700:::/bin/sh", "bob:x:1501:50:::/bin/sh")
        var wish = UserWish()
        wish.group = own("engineers", 700)
        try fixture.apply([
            "group:engineers": group(700, formerly: "devs"), "group:devs": .absent, "user:alice": .user(wish),
        ])
        #expect(try fixture.user("alice").group == own("engineers", 700))
        #expect(try fixture.user("bob").groups == ["engineers"])
        #expect(try fixture.state("group:devs") == .absent)
    }

    @Test("who may not go keeps the name, and nobody else is made in the place")
    func refused() throws {
        try makeDave()
        let before = try fixture.text("passwd")
        let failures = try fixture.change(
            [
                "user:erin": .user(.account(1500, group: own("dave", 1500)) { $0.formerly = "dave" }),
                "user:dave": .absent,
            ],
            fixture.component(loggedIn: { ["dave"] })
        )
        #expect(failures.keys.sorted() == ["user:dave", "user:erin"])
        #expect(failures["user:erin"]?.message.contains("is logged in") == true)
        #expect(try fixture.text("passwd") == before)
    }

    @Test("of several that want the number one gets it, and the other finds it taken")
    func several() throws {
        try makeDave()
        let failures = try fixture.change([
            "user:erin": .user(.account(1500, group: own("staff", 50)) { $0.formerly = "dave" }),
            "user:fred": .user(.account(1500, group: own("staff", 50)) { $0.formerly = "dave" }),
            "user:dave": .absent,
        ])
        #expect(failures.keys.sorted() == ["user:fred"])
        #expect(failures["user:fred"]?.message.contains("'erin'") == true)
    }

    @Test("who gets the number of somebody who goes gets nothing else of what that one had")
    func replaced() throws {
        try fixture.append("login.defs", "SUB_UID_COUNT 65536", "SUB_GID_COUNT 65536")
        try makeDave()
        try fixture.apply([
            "user:dave": .absent, "user:erin": .user(.account(1500, group: own("erin", 1500))),
        ])
        #expect(try fixture.state("user:dave") == .absent)
        let erin = try fixture.user("erin")
        #expect(erin.uid == 1500)
        #expect(erin.groups.isEmpty)
        #expect(erin.password == .none)
        #expect(erin.subordinateUIDs.count == 1)
        #expect(try !fixture.text("shadow").contains("$6$a$b"))
        #expect(try !fixture.text("subuid").contains("dave"))
    }

    @Test("who was somebody else elsewhere is a new account where that one has another number")
    func otherNumber() throws {
        try makeDave()
        let erin = UserWish.account(1501, group: own("erin", 1501)) { $0.formerly = "dave" }
        try fixture.apply(["user:dave": .absent, "user:erin": .user(erin)])
        #expect(try fixture.user("erin").password == .none)
    }

    @Test("a group with the number of one that goes has none of its members")
    func replacedGroup() throws {
        try fixture.append("group", "ops:x:700:bob")
        try fixture.append("passwd", "ann:x:1500:50:::/bin/sh", "bob:x:1501:50:::/bin/sh")
        var (ann, bob) = (UserWish(), UserWish())
        ann.joins = ["web"]
        bob.leaves = ["ops"]
        try fixture.apply([
            "group:ops": .absent, "group:web": group(700), "user:ann": .user(ann), "user:bob": .user(bob),
        ])
        #expect(try fixture.user("ann").groups == ["web"])
        #expect(try fixture.user("bob").groups.isEmpty)
    }
}
