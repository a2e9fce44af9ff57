import FabricModel
import LinuxSystem
import SystemPackage
import Testing

@testable import Components

@Suite("Removal of accounts", .ownThread, .enabled(if: AccountFixture.canChange))
struct AccountRemovalTests {
    private let fixture: AccountFixture

    init() throws {
        fixture = try AccountFixture()
        let failures = try fixture.change([
            "user:alice": .user(.account(1500, joins: ["sudo"])), "user:bob": .user(.account(1501)),
        ])
        try #require(failures.isEmpty)
    }

    @Test("home and mail stay, the private group and the ranges go")
    func removed() throws {
        try fixture.folder.write("mail", to: "var/mail/bob")
        try fixture.apply(["user:bob": .absent])
        #expect(try fixture.state("user:bob") == .absent)
        for file in ["passwd", "group", "shadow", "gshadow", "subuid", "subgid"] {
            #expect(try !fixture.text(file).contains("bob"), "\(file)")
        }
        #expect(try FileStatus.at(fixture.root.appending("home/1501/.profile")) != nil)
        #expect(try FileStatus.at(fixture.root.appending("var/mail/bob")) != nil)
        // Nothing is left to do.
        try fixture.apply(["user:bob": .absent])
    }

    @Test("somebody who is logged in is not removed, nor when that cannot be told")
    func loggedIn() throws {
        let present = fixture.component { ["bob"] }
        let error = try fixture.change(["user:bob": .absent], present)["user:bob"]
        #expect(error?.code == .cannotChange)
        #expect(error?.message.contains("is logged in") == true)
        let blind = fixture.component { throw AccountFixture.Missing(name: "sessions") }
        let other = try fixture.change(["user:bob": .absent], blind)["user:bob"]
        #expect(other?.message.contains("cannot be told whether it is logged in") == true)
        #expect(other?.cause is AccountFixture.Missing)
        #expect(try fixture.user("bob").uid == 1501)
    }

    @Test("root stays, and so does the group by which alone anybody may use sudo")
    func administrators() throws {
        #expect(try fixture.change(["user:root": .absent])["user:root"]?.message.contains("stays") == true)
        let error = try fixture.change(["group:sudo": .absent])["group:sudo"]
        #expect(error?.message.contains("gives sudo to all who may use it") == true)
        try fixture.folder.write("bob ALL=(ALL) ALL\n", to: "etc/sudoers.d/bob")
        try fixture.apply(["group:sudo": .absent])
    }

    @Test("the last account that may use sudo stays")
    func lastWithSudo() throws {
        let error = try fixture.change(["user:alice": .absent])["user:alice"]
        #expect(error?.code == .cannotChange)
        #expect(error?.message.contains("the last account that may use sudo") == true)
        try fixture.folder.write("bob ALL=(ALL) ALL\n", to: "etc/sudoers.d/bob")
        try fixture.apply(["user:alice": .absent])
        #expect(try fixture.change(["user:bob": .absent])["user:bob"]?.code == .cannotChange)
    }

    @Test(
        "whom a rule gives sudo",
        arguments: [
            ("bob ALL=(ALL) ALL", true), ("bob\tALL = NOPASSWD: ALL", true),
            ("carol,bob ALL=(ALL) ALL", true),
            ("%staff ALL=(ALL) ALL", true), ("%own ALL=(ALL) ALL", true), ("#bob ALL=(ALL) ALL", false),
            ("# bob ALL=(ALL) ALL", false), ("%bo ALL=(ALL) ALL", false), ("Defaults:bob !requiretty", false),
            ("bob web1=(ALL) ALL", false), ("bob", false), ("svc ALL=(ALL) ALL", false),
            ("carol, bob\tALL = (ALL : ALL) NOPASSWD : /bin/ls, ALL # all", true), ("#1501 ALL=ALL", true),
            ("ALL ALL=(ALL) ALL", true), ("carol \\\n , bob ALL=ALL", true), ("bob ALL=/bin/ls", false),
            ("User_Alias OPS = carol, MORE : MORE = %staff\nOPS ALL=(ALL) ALL", true),
            ("OPS ALL=(ALL) ALL\nUser_Alias OPS=bob", true), ("User_Alias OPS = bob", false),
            ("User_Alias A = B : B = A\nA ALL=ALL", false), ("Cmnd_Alias ALLOWED = ALL", false),
            ("ALL, !bob ALL=(ALL) ALL", false), ("#15010 ALL=ALL", false), ("+net ALL=ALL", false),
        ]
    )
    func rules(rule: String, holds: Bool) throws {
        try fixture.put("passwd", "root:x:0:0:::", "bob:x:1501:1700:::", "svc:x:300:300:::")
        try fixture.put("group", "root:x:0:", "staff:x:50:bob", "own:x:1700:")
        try fixture.put("sudoers", "root ALL=(ALL:ALL) ALL", "%sudo ALL=(ALL:ALL) ALL", rule)
        let bob = try ResourceKey("user:bob")
        let accounts = try fixture.component().read()
        #expect(try SudoHolders(below: fixture.root).holders(in: accounts) == (holds ? [bob] : []))
        if holds { #expect(try SudoHolders(below: fixture.root).mayBeLast(bob, in: accounts)) }
        // Editors' and packages' copies are no rules.
        try fixture.put("sudoers")
        for name in ["bob.dpkg-old", "bob~"] { try fixture.folder.write(rule, to: "etc/sudoers.d/\(name)") }
        #expect(try SudoHolders(below: fixture.root).holders(in: accounts).isEmpty)
    }

    @Test(
        "an account that may be the last with sudo stays where the rules are not understood",
        arguments: [
            ("+admins ALL=(ALL) ALL", true), ("ALL, !carol ALL=(ALL) ALL", true),
            ("bob web1=(ALL) ALL", true), ("%:domain\\ admins ALL=(ALL) ALL", true), ("%#50 ALL=ALL", true),
            ("@include /etc/sudoers.local", true), ("@includedir /etc/sudoers.d", false),
            ("Defaults !lecture", false), ("svc ALL=(ALL) ALL", false), ("bob ALL=/bin/ls", false),
        ]
    )
    func notUnderstood(rule: String, stays: Bool) throws {
        try fixture.put("passwd", "root:x:0:0:::", "bob:x:1501:1700:::", "carol:x:1502:1700:::")
        try fixture.put("group", "root:x:0:", "staff:x:50:", "sudo:x:27:carol", "own:x:1700:")
        try fixture.put("sudoers", "root ALL=(ALL:ALL) ALL", rule)
        let (bob, carol) = (try ResourceKey("user:bob"), try ResourceKey("user:carol"))
        let accounts = try fixture.component().read()
        let holders = try SudoHolders(below: fixture.root)
        #expect(holders.mayBeLast(bob, in: accounts) == stays)
        // Who is in a group that usually has sudo, may have it by some rule.
        #expect(holders.mayBeLast(carol, in: accounts))
        try fixture.put("sudoers", "%sudo ALL=ALL", rule)
        #expect(try !SudoHolders(below: fixture.root).mayBeLast(bob, in: accounts))
    }
}
