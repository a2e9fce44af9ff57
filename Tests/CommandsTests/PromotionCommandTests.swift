import FabricAPI
import FabricModel
import ScriptedServer
import Testing

@testable import Commands

@Suite("Promotion and rejection")
struct PromotionCommandTests {
    private static let path = "/v1/commits/567890ab"
    private static let key = Fixture.key("file:/etc/ntp.conf")

    private static func result(_ revision: Revision?, items: [Revision.Item]? = nil) throws -> ApprovalResult
    {
        ApprovalResult(
            revision: revision,
            items: items ?? [
                Revision.Item(
                    key: key,
                    before: nil,
                    after: .absent,
                    flagsAfter: EntryFlags(restart: ["ntp.service"])
                )
            ],
            unchanged: items == nil ? [] : [1],
            nodes: items == nil ? [Fixture.web1] : [],
            dropped: [NodeOverride(node: try NodeName("node7"), key: key)],
            shadowed: [
                ShadowedEntry(node: try NodeName("node8"), key: key, by: try TagName("node:node8"))
            ]
        )
    }

    @Test("an approval says which overrides go, which nodes keep theirs, and what is restarted")
    func overrides() throws {
        var runner = WeftRunner()
        runner.answers["POST \(Self.path)/approval"] = Fixture.json(try Self.result(nil))
        let planned = try runner.run("approve", "567890ab", "--into", "web-server", "--dry-run")
        #expect(
            planned.output == """
                This would be done:
                    file:/etc/ntp.conf  (unmanaged) → absent, restarts ntp.service
                1 node: web1
                node8 keeps what node:node8 says: file:/etc/ntp.conf
                would drop the override of node7: file:/etc/ntp.conf

                """
        )
        let revision = Fixture.revision(number: 5)
        runner.answers["POST \(Self.path)/approval"] = Fixture.json(try Self.result(revision))
        let done = try runner.run("approve", "567890ab", "--into", "web-server").output
        #expect(done.contains("\ndrops the override of node7: file:/etc/ntp.conf\n"))
    }

    @Test("where the tag said so already, a plan says what would go and an approval what goes")
    func overridesAlone() throws {
        var runner = WeftRunner()
        runner.answers["POST \(Self.path)/approval"] = Fixture.json(try Self.result(nil, items: []))
        let arguments = ["approve", "567890ab", "--into", "web-server"]
        #expect(
            try runner.run(arguments + ["--dry-run"]).output.hasPrefix("would drop the override of node7")
        )
        #expect(try runner.run(arguments).output.hasPrefix("drops the override of node7"))
    }

    @Test("units of an approval are named as systemd does, and are added")
    func units() throws {
        var runner = WeftRunner()
        runner.answers["POST \(Self.path)/approval"] = Fixture.json(
            try Self.result(Fixture.revision(number: 5))
        )
        let arguments = [
            "approve", "567890ab", "--restart", "sshd", "--restart", "a.socket", "--reload", "nginx",
        ]
        let ran = try runner.run(arguments) { requests in
            let flags = #"{"reload":["nginx.service"],"restart":["a.socket","sshd.service"]}"#
            #expect(requests.map(\.text) == [#"{"dryRun":false,"flags":\#(flags)}"#])
        }
        #expect(ran.status == .done)
        for wrong in ["none", "a b", "../x"] {
            let refused = try runner.run("approve", "567890ab", "--restart", wrong) { #expect($0.isEmpty) }
            #expect(refused.status == .usage)
        }
    }

    @Test("a revert says which overrides come back")
    func revert() throws {
        var runner = WeftRunner()
        let override = NodeOverride(node: try NodeName("node7"), key: Self.key)
        let item = Revision.Item(
            key: Self.key,
            before: .absent,
            after: .absent,
            flagsBefore: EntryFlags(restart: ["a.service"], reload: ["b.service", "c.service"])
        )
        var result = ReversalResult(revision: nil, items: [item], nodes: [], restored: [override])
        runner.answers["POST /v1/tags/web-server/revisions/4/reversal"] = Fixture.json(result)
        #expect(
            try runner.run("revert", "web-server@4", "--dry-run").output == """
                This would be done:
                    file:/etc/ntp.conf  restarts a.service, reloads b.service c.service → restarts nothing
                No node's configuration changes.
                would put back the override of node7, which stays as it is: file:/etc/ntp.conf

                """
        )
        result.revision = Fixture.revision(number: 6)
        runner.answers["POST /v1/tags/web-server/revisions/4/reversal"] = Fixture.json(result)
        #expect(
            try runner.run("revert", "web-server@4").output
                .contains("\nputs back the override of node7, which stays as it is: file:/etc/ntp.conf\n")
        )
    }

    @Test("a rejection can ask the node to put the changes back")
    func rollBack() throws {
        var runner = WeftRunner()
        runner.answers["POST \(Self.path)/rejection"] = Fixture.json(RejectionResult(rejected: [1, 2]))
        let ran = try runner.run("reject", "567890ab", "-m", "no", "--roll-back") { requests in
            #expect(requests.map(\.text) == [#"{"reason":"no","remedy":"roll-back"}"#])
        }
        #expect(ran.output == "Rejected, and the node is asked to put back what it was: changes 1-2.\n")
        let tolerated = try runner.run("reject", "567890ab", "-m", "no", "--tolerate") { requests in
            #expect(requests.map(\.text) == [#"{"reason":"no"}"#])
        }
        #expect(tolerated.output.hasPrefix("Rejected, and tolerated on the node"))
        let both = try runner.run("reject", "567890ab", "-m", "no", "--tolerate", "--roll-back") {
            #expect($0.isEmpty)
        }
        #expect(both.status == .usage)
    }
}
