import FabricModel
import LinuxSystem
import NodeControl
import SystemPackage
import Testing

@testable import Commands

private func zeros(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }

@Suite("Changes as text")
struct ChangeTextTests {
    private let environment = ["PATH": "/usr/bin:/bin"]

    private func text(_ change: Change, _ contents: String...) -> String {
        let diff = Fixture.diff(change, contents)
        let text = ChangeText(change: change)
        let body = text.body(before: diff.before, after: diff.after, environment: environment)
        #expect(body.failure == nil)
        return (text.head + body.lines).map(\.plain).joined(separator: "\n")
    }

    @Test("an edit is a unified diff")
    func edit() {
        let old = "Port 22\nPermitRootLogin no\n"
        let new = "Port 2222\nPermitRootLogin no\n"
        #expect(
            text(Fixture.change("file:/etc/ssh/sshd_config", Fixture.file(old), Fixture.file(new)), old, new)
                == """
                edited  file:/etc/ssh/sshd_config
                --- /etc/ssh/sshd_config
                +++ /etc/ssh/sshd_config
                @@ -1,2 +1,2 @@
                -Port 22
                +Port 2222
                 PermitRootLogin no
                """
        )
    }

    @Test("a missing line break at the end is said")
    func noLineBreak() {
        #expect(
            text(Fixture.change("file:/etc/a", Fixture.file("x"), Fixture.file("x\n")), "x", "x\n") == """
                edited  file:/etc/a
                --- /etc/a
                +++ /etc/a
                @@ -1 +1 @@
                -x
                \\ No newline at end of file
                +x
                """
        )
    }

    @Test("a new file and a removed one are compared with nothing")
    func newAndRemoved() {
        #expect(
            text(Fixture.change("file:/etc/a", .absent, Fixture.file("x\n", mode: 0o600)), "x\n") == """
                added  file:/etc/a
                new file, mode 0600, owner root:root
                --- /dev/null
                +++ /etc/a
                @@ -0,0 +1 @@
                +x
                """
        )
        #expect(
            text(Fixture.change("file:/etc/a", Fixture.file("x\n"), .absent), "x\n") == """
                removed  file:/etc/a
                deleted file, mode 0644, owner root:root
                --- /etc/a
                +++ /dev/null
                @@ -1 +0,0 @@
                -x
                """
        )
        #expect(
            text(Fixture.change("file:/etc/a", .absent, Fixture.file("")), "") == """
                added  file:/etc/a
                new file, mode 0644, owner root:root
                """
        )
    }

    @Test("attributes are told as old and new")
    func attributes() {
        let before = Fixture.file("x\n", attributes: ["user.a": "1", "user.b": "2"])
        let after = Fixture.file(
            "x\n",
            mode: 0o4755,
            owner: "www-data",
            attributes: ["user.b": "3", "user.c": "4"]
        )
        let change = Fixture.change("file:/etc/a", before, after)
        #expect(!ChangeText(change: change).hasContent)
        #expect(
            text(change, "x\n") == """
                attributes  file:/etc/a
                old mode 0644
                new mode 4755
                old owner root
                new owner www-data
                old group root
                new group www-data
                old attribute user.a 1
                old attribute user.b 2
                new attribute user.b 3
                new attribute user.c 4
                """
        )
    }

    @Test("ACLs and capabilities are told as getfacl and getcap write them, and by name on this machine")
    func binaryAttributes() {
        let acl =
            #"\x02\x00\x00\x00\x01\x00\x06\x00\xff\xff\xff\xff\x02\x00\x04\x00\x00\x00\x00\x00"#
            + #"\x04\x00\x04\x00\xff\xff\xff\xff\x10\x00\x04\x00\xff\xff\xff\xff \x00\x04\x00\xff\xff\xff\xff"#
        let capability = #"\x01\x00\x00\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"#
        let after = Fixture.file(
            "x\n",
            attributes: ["system.posix_acl_access": acl, "security.capability": capability, "user.a": acl]
        )
        let change = Fixture.change("file:/etc/a", Fixture.file("x\n"), after)
        #expect(
            ChangeText(change: change).head.dropFirst().map(\.plain) == [
                "new attribute security.capability cap_net_bind_service=ep",
                "new attribute system.posix_acl_access "
                    + "user::rw-,user:0:r--,group::r--,mask::r--,other::r--",
                "new attribute user.a \(acl)",
            ]
        )
        let here = ChangeText(change: change, accounts: AccountNames()).head.map(\.plain)
        #expect(here[2].contains(",user:root:r--,"))
        let added = Fixture.change("file:/etc/a", .absent, after)
        #expect(
            ChangeText(change: added).head[1].plain.contains(", attribute security.capability cap_net_bind")
        )
    }

    @Test("values that differ in their form alone are told raw")
    func sameText() {
        func state(_ bytes: [UInt8]) -> ResourceState {
            Fixture.file("x\n", attributes: ["security.capability": EscapedText.escape(bytes)])
        }
        let change = Fixture.change(
            "file:/etc/a",
            state([1, 0, 0, 1, 1, 0, 0, 0] + zeros(4)),
            state([1, 0, 0, 2, 1, 0, 0, 0] + zeros(12))
        )
        let lines = ChangeText(change: change).head.map(\.plain)
        #expect(lines.count == 3)
        #expect(lines.dropFirst().allSatisfy { $0.contains(#"security.capability \x01"#) })
    }

    @Test(
        "capabilities with the same flags have a text",
        arguments: [
            ([1, 0, 0, 2, 0, 0x30, 0, 0] + zeros(12), "cap_net_admin,cap_net_raw=ep"),
            ([0, 0, 0, 2, 0, 4, 0, 0] + zeros(12), "cap_net_bind_service=p"),
            ([0, 0, 0, 2, 0, 0, 0, 0, 0, 4, 0, 0] + zeros(8), "cap_net_bind_service=i"),
            ([1, 0, 0, 2, 1, 0, 0, 0, 1, 0, 0, 0] + zeros(8), "cap_chown=eip"),
            ([1, 0, 0, 2] + zeros(8) + [0, 1, 0, 0] + zeros(4), "cap_checkpoint_restore=ep"),
            ([1, 0, 0, 3, 1, 0, 0, 0] + zeros(12) + [0xE8, 3, 0, 0], "cap_chown=ep [rootid=1000]"),
            ([1, 0, 0, 1, 1, 0, 0, 0] + zeros(4), "cap_chown=ep"), ([0, 0, 0, 2] + zeros(16), "="),
        ] as [([UInt8], String)]
    )
    func capability(bytes: [UInt8], text: String) {
        let value = EscapedText.escape(bytes)
        #expect(AttributeText.describe("security.capability", value, accounts: nil) == text)
    }

    @Test(
        "an ACL or capability of an unknown form stays as it is",
        arguments: [
            ("system.posix_acl_access", []), ("system.posix_acl_access", [3, 0, 0, 0]),
            ("system.posix_acl_default", [2, 0, 0, 0, 1, 0]),
            ("system.posix_acl_access", [2, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0]),
            ("system.posix_acl_access", [2, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0, 0]),
            ("security.capability", [1]), ("security.capability", [1, 0, 0, 4] + zeros(16)),
            ("security.capability", [1, 0, 0, 2] + zeros(8)),
            ("security.capability", [2, 0, 0, 2] + zeros(16)),
            ("security.capability", [1, 0, 0, 2, 1, 0, 0, 0, 2, 0, 0, 0] + zeros(8)),
            ("security.capability", [1, 0, 0, 2] + zeros(8) + [0, 2, 0, 0] + zeros(4)),
        ] as [(String, [UInt8])]
    )
    func unknownForm(name: String, bytes: [UInt8]) {
        let value = EscapedText.escape(bytes)
        #expect(AttributeText.describe(name, value, accounts: nil) == value)
        #expect(AttributeText.describe(name, #"\"#, accounts: nil) == #"\"#)
    }

    @Test("links are told by their targets")
    func links() {
        #expect(
            text(Fixture.change("file:/etc/localtime", Fixture.link(to: "/a"), Fixture.link(to: "/b"))) == """
                edited  file:/etc/localtime
                old target /a
                new target /b
                """
        )
        #expect(
            text(Fixture.change("file:/etc/localtime", .absent, Fixture.link(to: "/a"))) == """
                added  file:/etc/localtime
                new symlink, owner root:root, to /a
                """
        )
    }

    @Test("binary contents are said to be such")
    func binary() {
        let change = Fixture.change("file:/etc/a", Fixture.file("x\n"), Fixture.file("a\0b"))
        #expect(
            text(change, "x\n", "a\0b") == """
                edited  file:/etc/a
                content after: binary, 3 bytes
                """
        )
    }

    @Test("a secret is named by its rule and never shown")
    func secret() {
        let secret = FileContent.Withholding.secret(rule: "private-key")
        let change = Fixture.change(
            "file:/etc/ssl/key.pem",
            Fixture.file("old\n"),
            Fixture.file("new\n", withheld: secret)
        )
        #expect(
            text(change, "old\n", "new\n") == """
                edited  file:/etc/ssl/key.pem
                content after: secret by the rule private-key, 4 bytes
                """
        )
    }

    @Test("what a file holds cannot do anything to the terminal")
    func hostile() {
        let new = "\u{1B}[2J\tx\r\n\u{202E}y\n"
        let change = Fixture.change(
            #"file:/etc/\x1b[31m"#,
            .absent,
            Fixture.file(new, attributes: ["user.\u{1B}": "\u{7}"])
        )
        #expect(
            text(change, new) == """
                added  file:/etc/\\x1b[31m
                new file, mode 0644, owner root:root, attribute user.\\x1b \\x07
                --- /dev/null
                +++ /etc/\\x1b[31m
                @@ -0,0 +1,2 @@
                +\\x1b[2J\tx\\x0d
                +\\xe2\\x80\\xaey
                """
        )
    }

    @Test(
        "packages are told by their versions",
        arguments: [
            (
                ResourceState.absent, Fixture.package("1.22.1-9"),
                "installed  package:nginx  (none) → 1.22.1-9"
            ),
            (Fixture.package("1.22.1-9"), .absent, "removed  package:nginx  1.22.1-9 → (none)"),
            (
                Fixture.package("1.22.1-9"), Fixture.package("1.24-1"),
                "updated  package:nginx  1.22.1-9 → 1.24-1"
            ),
            (
                Fixture.package("1.24-1"), Fixture.package("1.22.1-9"),
                "downgraded  package:nginx  1.24-1 → 1.22.1-9"
            ),
            (
                Fixture.package("1-1"), Fixture.package("1-1", arch: "i386"),
                "changed  package:nginx  1-1 amd64 → 1-1 i386"
            ),
            (
                Fixture.package("1-1", reason: .dependency), Fixture.package("1-1", reason: .user),
                "changed  package:nginx  1-1 (dependency) → 1-1 (user)"
            ),
            (
                Fixture.package("5.1", "6.1"), Fixture.package("6.1", "6.2"),
                "updated  package:nginx  5.1, 6.1 → 6.1, 6.2"
            ),
        ]
    )
    func package(before: ResourceState, after: ResourceState, expected: String) {
        #expect(text(Fixture.change("package:nginx", before, after)) == expected)
    }

    @Test("a change that was found late says so")
    func late() {
        let change = Fixture.change("package:nginx", .absent, Fixture.package("1-1"), isLate: true)
        #expect(text(change).hasSuffix("    happened while nothing was watching; found later"))
    }

    @Test("without the program diff the rest is shown, with what to install")
    func noProgram() {
        let change = Fixture.change("file:/etc/a", Fixture.file("x\n"), Fixture.file("y\n"))
        let diff = Fixture.diff(change, ["x\n", "y\n"])
        let body = ChangeText(change: change)
            .body(before: diff.before, after: diff.after, environment: ["PATH": "/nonexistent"])
        #expect(body.failure?.contains("diffutils") == true)
        #expect(
            body.lines.map(\.plain) == [
                "no diff: the program diff was not found; install the package diffutils"
            ]
        )
    }

    @Test("large texts are compared in time, and nothing is left behind")
    func large() throws {
        try TemporaryFolder.use { folder in
            let old = (0..<150_000).map { "line \($0)\n" }.joined()
            let new = (0..<150_000).map { $0 % 1000 == 0 ? "other \($0)\n" : "line \($0)\n" }.joined()
            let environment = ["PATH": "/usr/bin:/bin", "TMPDIR": folder.string]
            guard case .hunks(let lines) = DiffProgram.compare(old, new, environment: environment) else {
                Issue.record("no result")
                return
            }
            #expect(lines.filter { $0.hasPrefix("+other") }.count == 150)
            #expect(lines.first?.hasPrefix("@@ -1,") == true)
            let left = try DirectoryListing.entries(of: folder)
            #expect(left?.isEmpty == true)
        }
    }

    @Test("a folder for temporary files that does not exist is passed over")
    func noTemporaryFolder() {
        let environment = ["PATH": "/usr/bin:/bin", "TMPDIR": "/nonexistent", "XDG_RUNTIME_DIR": "relative"]
        #expect(
            DiffProgram.compare("a\n", "b\n", environment: environment)
                == .hunks(["@@ -1 +1 @@", "-a", "+b"])
        )
    }
}
