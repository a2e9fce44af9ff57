import FabricAPI
import FabricModel
import ScriptedServer
import Testing

@testable import Commands

@Suite("Revert")
struct RevertCommandTests {
    private static let path = "POST /v1/tags/web-server/revisions/4/reversal"

    private static func result(_ revision: Revision?) -> ReversalResult {
        let item = Revision.Item(key: Fixture.key("package:nginx"), before: .package(.any), after: .absent)
        return ReversalResult(revision: revision, items: [item], nodes: [Fixture.web1])
    }

    private func runner(terminal: Bool = false, input: [String] = []) -> WeftRunner {
        var runner = WeftRunner(input: input, isInputTerminal: terminal)
        runner.answers[Self.path] = Fixture.json(Self.result(Fixture.revision(number: 6)))
        return runner
    }

    @Test("a revert is one request, and says what it changed")
    func plain() throws {
        let ran = try runner()
            .run("revert", "web-server@4") { requests in
                #expect(requests.map(\.text) == [#"{"dryRun":false,"remove":false}"#])
            }
        #expect(
            ran.output == """
                Reverted as web-server@6:
                    package:nginx  package any → absent
                1 node: web1

                """
        )
    }

    @Test("a dry run only asks")
    func dryRun() throws {
        var runner = runner()
        runner.answers[Self.path] = Fixture.json(Self.result(nil))
        let ran = try runner.run("revert", "web-server@4", "--remove", "--dry-run") { requests in
            #expect(requests.map(\.text) == [#"{"dryRun":true,"remove":true}"#])
        }
        #expect(ran.output.hasPrefix("This would be done:\n"))
        #expect(ran.status == .done)
    }

    @Test("removal needs a yes: nobody to ask is a usage error, and nothing is done")
    func needsYes() throws {
        for arguments in [["--remove"], ["--remove", "--json"]] {
            let ran = try runner(terminal: arguments.count == 2, input: ["y"])
                .run(["revert", "web-server@4"] + arguments) {
                    #expect($0.map(\.text) == [#"{"dryRun":true,"remove":true}"#])
                }
            #expect(ran.status == .usage)
            #expect(ran.error.contains("--yes"))
        }
    }

    @Test(
        "asked, only a yes goes on",
        arguments: [("y", true), ("YES", true), ("", false), ("n", false), ("yess", false)]
    )
    func asked(answer: String, goesOn: Bool) throws {
        let ran = try runner(terminal: true, input: [answer])
            .run("revert", "web-server@4", "--remove") { requests in
                #expect(requests.count == (goesOn ? 2 : 1))
                if goesOn { #expect(requests.last?.text == #"{"dryRun":false,"remove":true}"#) }
            }
        #expect(ran.status == (goesOn ? .done : .failed))
        #expect(ran.output.contains("package:nginx  package any → absent"))
        #expect(ran.error.hasPrefix("Go on? [y/N] "))
    }

    @Test("with --yes nobody is asked")
    func yes() throws {
        let ran = try runner()
            .run("revert", "web-server@4", "--remove", "--yes") { requests in
                #expect(requests.map(\.text) == [#"{"dryRun":false,"remove":true}"#])
            }
        #expect(ran.status == .done)
    }
}
