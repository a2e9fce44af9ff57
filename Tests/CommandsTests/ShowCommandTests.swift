import FabricAPI
import FabricModel
import ScriptedServer
import Testing

@testable import Commands

@Suite("Show")
struct ShowCommandTests {
    private static let old = "Port 22\n"
    private static let new = "Port 2222\n"
    private static let path = "GET /v1/commits/567890ab"

    private static func content(_ text: String) -> String {
        "GET /v1/contents/\(ContentDigest.sha256(text.utf8))"
    }

    static func commit(_ changes: ReviewedChange...) -> CommitDetail { commit(changes) }

    static func commit(_ changes: [ReviewedChange]) -> CommitDetail {
        CommitDetail(
            id: Fixture.commitID,
            node: Fixture.nodeID,
            nodeName: Fixture.web1,
            sequence: 12,
            author: Fixture.alice,
            message: "open port 2222\n\nfor \u{1B}backup",
            at: Fixture.at,
            receivedAt: Fixture.at,
            trigger: .manual,
            changes: changes
        )
    }

    private static let edit = ReviewedChange(
        number: 1,
        change: Fixture.change("file:/etc/ssh/sshd_config", Fixture.file(old), Fixture.file(new, mode: 0o600))
    )

    private func runner(_ commit: CommitDetail) -> WeftRunner {
        var runner = WeftRunner()
        runner.answers[Self.path] = Fixture.json(commit)
        runner.answers[Self.content(Self.old)] = .answer(200, body: Array(Self.old.utf8))
        runner.answers[Self.content(Self.new)] = .answer(200, body: Array(Self.new.utf8))
        return runner
    }

    @Test("a commit is shown with header, numbered changes and diffs")
    func show() throws {
        let bob = Actor(tier: .inferred, name: "bob", evidence: "the only session")
        let decision = Decision(
            sequence: 1,
            commit: Fixture.commitID,
            key: Fixture.key("package:nginx"),
            outcome: .approved,
            revision: RevisionReference(tag: Fixture.webServer, number: 5),
            by: "carol",
            reason: nil,
            at: Fixture.at
        )
        let package = ReviewedChange(
            number: 2,
            change: Fixture.change("package:nginx", .absent, Fixture.package("1.22.1-9"), actor: bob),
            decision: decision
        )
        let ran = try runner(Self.commit(Self.edit, package)).run("show", "567890ab")
        #expect(
            ran.output == """
                commit 0193a7b2-1111-7000-8000-1234567890ab
                Node:    web1, its commit 12
                Author:  alice (strong: the session that ran vi)
                Date:    2026-11-22 20:03:27Z (6 minutes ago)
                Sent:    with 'weft commit'
                State:   1 of 2 changes undecided

                    open port 2222

                    for \\x1bbackup

                (1) edited  file:/etc/ssh/sshd_config
                old mode 0644
                new mode 0600
                --- /etc/ssh/sshd_config
                +++ /etc/ssh/sshd_config
                @@ -1 +1 @@
                -Port 22
                +Port 2222

                (2) installed  package:nginx  (none) → 1.22.1-9
                    by bob (inferred: the only session)
                    approved into web-server@5 by carol, 6 minutes ago

                """
        )
        #expect(ran.status == .done)
    }

    @Test("a rejected change tells why")
    func rejected() throws {
        var change = Self.edit
        change.decision = Decision(
            sequence: 1,
            commit: Fixture.commitID,
            key: change.change.key,
            outcome: .tolerated,
            revision: nil,
            by: "carol",
            reason: "not\nhere",
            at: Fixture.at
        )
        let output = try runner(Self.commit(change)).run("show", "567890ab").output
        #expect(
            output.contains(
                "    rejected, and tolerated on the node by carol, 6 minutes ago\n      not\n      here\n"
            )
        )
        #expect(output.contains("State:   decided\n"))
    }

    @Test(
        "without the right to see contents the rest is shown, and the status says that something is missing"
    )
    func forbidden() throws {
        var runner = runner(Self.commit(Self.edit))
        let refusal = #"{"error":{"code":"forbidden","message":"no"}}"#
        runner.answers[Self.content(Self.old)] = .json(refusal, status: 403)
        let ran = try runner.run("show", "567890ab") { requests in #expect(requests.count == 2) }
        #expect(
            ran.output.contains(
                "old mode 0644\nnew mode 0600\ncontent before: not shown: that needs the role reviewer\n"
            )
        )
        #expect(ran.status == .partlyDone)
    }

    @Test("a content that is no longer there is said to be gone")
    func gone() throws {
        var runner = runner(Self.commit(Self.edit))
        runner.answers[Self.content(Self.old)] = .json(
            #"{"error":{"code":"unknown-content","message":"no"}}"#,
            status: 404
        )
        let ran = try runner.run("show", "567890ab")
        #expect(ran.output.contains("content before: 8 bytes, no longer kept\n"))
        #expect(!ran.output.contains("+Port"))
    }

    @Test("a secret is never asked for")
    func secret() throws {
        let secret = FileContent.Withholding.secret(rule: "private-key")
        let change = Fixture.change("file:/etc/key", .absent, Fixture.file("k\n", withheld: secret))
        let ran = try runner(Self.commit(ReviewedChange(number: 1, change: change)))
            .run("show", "567890ab") { requests in
                #expect(requests.count == 1)
            }
        #expect(ran.output.contains("content after: secret by the rule private-key, 2 bytes\n"))
        #expect(ran.status == .done)
    }

    @Test("without the program diff the status says that something is missing")
    func noProgram() throws {
        var runner = runner(Self.commit(Self.edit))
        runner.environment["PATH"] = "/nonexistent"
        let ran = try runner.run("show", "567890ab")
        #expect(
            ran.output.contains("no diff: the program diff was not found; install the package diffutils\n")
        )
        #expect(ran.status == .partlyDone)
    }

    @Test("colours are for terminals")
    func colour() throws {
        var runner = runner(Self.commit(Self.edit))
        #expect(!(try runner.run("show", "567890ab").output.contains("\u{1B}")))
        runner.hasColour = true
        let output = try runner.run("show", "567890ab").output
        #expect(output.contains("\u{1B}[32m+Port 2222\u{1B}[0m\n"))
        #expect(!(try runner.run("show", "567890ab", "--json").output.contains("\u{1B}")))
    }

    @Test("an id that is not known or not unique fails", arguments: ["unknown-commit", "ambiguous-id"])
    func unknown(code: String) throws {
        var runner = WeftRunner()
        runner.answers[Self.path] = .json(
            #"{"error":{"code":"\#(code)","message":"m","subject":"567890ab"}}"#,
            status: 404
        )
        let ran = try runner.run("show", "567890ab")
        #expect(ran.status == .failed)
        #expect(ran.error == "weft: 567890ab: m\n")
    }

    @Test("of many updates the first are shown and the others counted, unless all are asked for")
    func updates() throws {
        let versions = (Fixture.package("1"), Fixture.package("2"))
        func update(_ number: Int) -> ReviewedChange {
            let key = "package:p\(number + 10)"
            return ReviewedChange(number: number, change: Fixture.change(key, versions.0, versions.1))
        }
        let user = ReviewedChange(
            number: 13,
            change: Fixture.change(
                "service:cron.service",
                .absent,
                .service(ServiceState(links: ["a.wants"]))
            )
        )
        let runner = self.runner(Self.commit((1...12).map(update) + [user]))
        let folded = try runner.run("show", "567890ab").output
        #expect(
            folded.hasSuffix(
                """
                (5) updated  package:p15  1 → 2

                (6-12) and 7 more updates; --all lists them

                (13) enabled  service:cron.service
                new started by a.wants

                """
            )
        )
        let all = try runner.run("show", "567890ab", "--all").output
        #expect(all.contains("(12) updated  package:p22  1 → 2\n") && !all.contains("--all"))
        let few = try self.runner(Self.commit((1...10).map(update))).run("show", "567890ab").output
        #expect(few.contains("(10) updated  package:p20"))
    }

    @Test("a change that is to be rolled back says so")
    func rolledBack() throws {
        var change = Self.edit
        change.decision = Decision(
            sequence: 1,
            commit: Fixture.commitID,
            key: change.change.key,
            outcome: .rolledBack,
            revision: nil,
            by: "carol",
            reason: nil,
            at: Fixture.at
        )
        let output = try runner(Self.commit(change)).run("show", "567890ab").output
        #expect(output.contains("    rejected, to be rolled back on the node by carol, 6 minutes ago\n"))
    }
}
