import FabricAPI
import FabricModel
import ScriptedServer
import Testing

@testable import Commands

@Suite("Show what is in conflict")
struct ShowConflictTests {
    private static let (old, new, tagged) = ("Port 22\n", "Port 2222\n", "Port 22022\n")
    private static let edit = Fixture.change(
        "file:/etc/ssh/sshd_config",
        Fixture.file(old),
        Fixture.file(new)
    )

    private static func entry(_ state: ResourceState) -> Entry {
        guard case .file(let file) = state else { preconditionFailure("\(state)") }
        return .file(file)
    }

    private static func conflict(_ entry: Entry) -> Conflict {
        Conflict(
            entry: entry,
            revision: RevisionReference(tag: Fixture.webServer, number: 12),
            by: "alice",
            at: Fixture.at
        )
    }

    private static func runner(_ change: Change, _ entry: Entry) -> WeftRunner {
        var runner = WeftRunner()
        let reviewed = ReviewedChange(number: 1, change: change, conflict: conflict(entry))
        runner.answers["GET /v1/commits/567890ab"] = Fixture.json(ShowCommandTests.commit(reviewed))
        for text in [old, new, tagged] {
            runner.answers["GET /v1/contents/\(ContentDigest.sha256(text.utf8))"] =
                .answer(200, body: Array(text.utf8))
        }
        return runner
    }

    /// What stands below the title of the change.
    private func text(_ change: Change, _ entry: Entry) throws -> String {
        let ran = try Self.runner(change, entry).run("show", "567890ab")
        #expect(ran.status == .done)
        return ran.output.lines.drop { !$0.hasPrefix("(1) ") }.dropFirst().joined(separator: "\n")
    }

    @Test("of a file the tag's content is compared with the state before, below the change")
    func file() throws {
        #expect(
            try text(Self.edit, Self.entry(Fixture.file(Self.tagged, mode: 0o600))) == """
                --- /etc/ssh/sshd_config
                +++ /etc/ssh/sshd_config
                @@ -1 +1 @@
                -Port 22
                +Port 2222
                conflict: web-server@12 by alice, 6 minutes ago, wants another content
                old mode 0644
                new mode 0600
                --- /etc/ssh/sshd_config
                +++ /etc/ssh/sshd_config (web-server@12)
                @@ -1 +1 @@
                -Port 22
                +Port 22022

                """
        )
    }

    @Test("a line says what the tag wants of a file")
    func fileInOneLine() throws {
        let rows: [(Entry, String)] = [
            (Self.entry(Fixture.file(Self.new, mode: 0o600)), "other attributes"),
            (Self.entry(Fixture.file(Self.old, mode: 0o600)), "other attributes"),
            (Self.entry(Fixture.link(to: "/x")), "a symlink"), (.absent, "it absent"),
        ]
        for (entry, wish) in rows {
            let text = try text(Self.edit, entry)
            #expect(text.contains("\nconflict: web-server@12 by alice, 6 minutes ago, wants \(wish)\n"))
        }
        let removed = Fixture.change("file:/etc/a", Fixture.file(Self.old), .absent)
        let text = try text(removed, Self.entry(Fixture.file(Self.tagged)))
        #expect(text.contains(", wants file 0644 root:root, 11 bytes, "))
        #expect(text.hasSuffix("\n-Port 22\n+Port 22022\n"))
        let links = Fixture.change("file:/etc/a", Fixture.link(to: "/a"), Fixture.link(to: "/b"))
        let link = try self.text(links, Self.entry(Fixture.link(to: "/c")))
        #expect(link.hasSuffix("wants another target\nold target /a\nnew target /c\n"))
    }

    @Test("of a package, an account and a service the line says all of it")
    func otherKinds() throws {
        func user(_ shell: String) -> ResourceState {
            .user(UserState(uid: 1, group: Fixture.account("bob"), home: "/home/bob", shell: shell))
        }
        var wish = UserWish()
        (wish.shell, wish.home) = ("/bin/zsh", "/srv/bob")
        func group(_ gid: UInt32) -> ResourceState { .group(GroupState(gid: gid)) }
        var number = GroupWish()
        number.gid = 60
        func service(_ links: String...) -> ResourceState { .service(ServiceState(links: links)) }
        let (one, two) = (Fixture.package("1"), Fixture.package("2"))
        let three = Fixture.make { try PackageVersion("3") }
        let rows: [(key: String, before: ResourceState, after: ResourceState, Entry, wish: String)] = [
            ("package:a", one, two, .package(.exactly(three)), "=3"),
            ("package:a", one, .absent, .package(.atLeast(three)), ">=3"),
            ("package:a", .absent, one, .package(.removed), "it removed"),
            ("user:bob", user("/bin/sh"), user("/bin/bash"), .user(wish), "shell /bin/zsh"),
            ("user:bob", user("/bin/sh"), user("/bin/bash"), .absent, "it absent"),
            ("group:dba", group(50), group(55), .group(number), "gid 60"),
            (
                "service:a.service", service("a.wants"), service("b.wants"),
                .service(ServiceState(links: ["c.wants"], isRunning: true)), "it started by c.wants"
            ),
            (
                "service:a.service", service("a.wants"), service("b.wants"),
                .service(ServiceState(isMasked: true)), "it masked"
            ),
            (
                "service:a.service", service("a.wants"), service("b.wants"), .service(ServiceState()),
                "it disabled"
            ),
        ]
        for row in rows {
            let text = try text(Fixture.change(row.key, row.before, row.after), row.3)
            let line = "conflict: web-server@12 by alice, 6 minutes ago, wants \(row.wish)"
            #expect(text.hasSuffix("\(line)\n"), "\(row.key): \(text)")
        }
    }

    @Test("the header counts conflicts, and JSON has them as the server said")
    func headerAndJSON() throws {
        let runner = Self.runner(Self.edit, .absent)
        #expect(
            try runner.run("show", "567890ab").output
                .contains("State:   1 of 1 change undecided, 1 conflict\n")
        )
        let json = try runner.run("show", "567890ab", "--json").output
        #expect(json.contains(#""revision" : "web-server@12""#) && json.contains(#""conflict" : {"#))
    }

    @Test("a content of the tag that is not shown is named, and one that is gone")
    func contents() throws {
        var runner = Self.runner(Self.edit, Self.entry(Fixture.file(Self.tagged)))
        let path = "GET /v1/contents/\(ContentDigest.sha256(Self.tagged.utf8))"
        runner.answers[path] = .json(#"{"error":{"code":"unknown-content","message":"no"}}"#, status: 404)
        let gone = try runner.run("show", "567890ab")
        #expect(gone.output.hasSuffix("content in web-server@12: 11 bytes, no longer kept\n"))
        runner.answers[path] = .json(#"{"error":{"code":"forbidden","message":"no"}}"#, status: 403)
        let refused = try runner.run("show", "567890ab")
        #expect(
            refused.output.hasSuffix("content in web-server@12: not shown: that needs the role reviewer\n")
        )
        #expect(refused.status == .partlyDone)
    }

    @Test("of many updates one in conflict is never only counted")
    func updates() throws {
        let versions = (Fixture.package("1"), Fixture.package("2"))
        let changes = (1...12)
            .map { number in
                let change = Fixture.change("package:p\(number + 10)", versions.0, versions.1)
                let wish = Entry.package(.removed)
                return ReviewedChange(
                    number: number,
                    change: change,
                    conflict: number == 9 ? Self.conflict(wish) : nil
                )
            }
        var runner = WeftRunner()
        runner.answers["GET /v1/commits/567890ab"] = Fixture.json(ShowCommandTests.commit(changes))
        let output = try runner.run("show", "567890ab").output
        #expect(output.contains("(6-8,10-12) and 6 more updates; --all lists them\n"))
        #expect(output.contains("(9) updated  package:p19  1 → 2\nconflict: "))
    }
}
