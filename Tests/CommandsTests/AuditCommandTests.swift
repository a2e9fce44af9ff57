import FabricAPI
import FabricModel
import Testing

@testable import Commands

@Suite("The audit log")
struct AuditCommandTests {
    private func runner(_ query: String, next: Int64? = nil) -> WeftRunner {
        let entries = [
            AuditEntry(
                id: 9,
                at: Fixture.at,
                principal: nil,
                address: "192.0.2.7",
                action: "edit",
                subject: "web-server",
                detail: "the token is not known\u{1B}[31m",
                outcome: "unauthenticated",
                omitted: 2
            ),
            AuditEntry(
                id: 8,
                at: Fixture.at,
                principal: "alice",
                address: nil,
                action: "revert",
                subject: "web-server@4",
                detail: "web-server@5"
            ),
        ]
        return WeftRunner(
            answers: ["GET /v1/audit?\(query)": Fixture.json(AuditList(entries: entries, next: next))]
        )
    }

    @Test("entries are listed with who, from where, what, outcome and why")
    func list() throws {
        let ran = try runner("limit=50", next: 8).run("audit")
        #expect(
            ran.output == """
                WHEN           WHO      FROM        ACTION  OUTCOME          SUBJECT       DETAIL
                6 minutes ago  unknown  192.0.2.7   edit    unauthenticated  web-server    the token is not known\\x1b[31m (and 2 refusals before it)
                6 minutes ago  alice    the server  revert  done             web-server@4  web-server@5
                … and more: --before 8

                """
        )
    }

    @Test("on a narrow terminal each entry has lines of its own")
    func narrow() throws {
        var runner = runner("limit=50")
        runner.width = 80
        let lines = try runner.run("audit").output.split(separator: "\n").map(String.init)
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines)")
        #expect(lines.contains("    web-server@4"))
    }

    @Test("filters are sent, a time as people write it")
    func filters() throws {
        let query =
            "principal=alice&action=edit&subject=web-server@4&since=2026-11-22T18:10:00.000000Z&before=9&limit=5"
        let ran = try runner(query)
            .run(
                "audit",
                "--principal",
                "alice",
                "--action",
                "edit",
                "--subject",
                "web-server@4",
                "--since",
                "2h",
                "--before",
                "9",
                "-n",
                "5"
            )
        #expect(ran.status == .done)
    }

    @Test(
        "what cannot be asked is not",
        arguments: [["-n", "0"], ["-n", "501"], ["--before", "0"], ["--since", "x"]]
    )
    func refused(arguments: [String]) throws {
        let ran = try WeftRunner().run(["audit"] + arguments) { #expect($0.isEmpty) }
        #expect(ran.status == .usage)
    }
}
