import FabricAPI
import FabricModel
import ScriptedServer
import Testing

@testable import Commands

extension TagCommandTests {
    private static let stop = RolloutStop(
        tag: Fixture.webServer,
        node: Fixture.web1,
        key: Fixture.key("package:nginx"),
        revision: 5,
        message: "no such package\nmore",
        since: WeftRunner.now
    )
    private static let stopped = [
        "web-server has stopped just now: web1, package:nginx of web-server@5: no such package",
        "No other node converges to it until that is mended, or 'weft resume web-server' lets them go on.",
    ]

    @Test("what stopped a tag's nodes is shown with the tag, in the list of all and among the pauses")
    func stops() throws {
        var summary = Self.summary
        summary.stop = Self.stop
        var runner = runner()
        runner.answers["GET /v1/tags"] = Fixture.json(TagList(tags: [summary]))
        runner.answers["GET /v1/tags/web-server"] = Fixture.json(TagDetail(tag: summary, entries: []))
        runner.answers["GET /v1/pauses"] = Fixture.json(PauseList(pauses: [], stops: [Self.stop]))
        for command in [["tag", "list"], ["tag", "show", "web-server"]] {
            let lines = try runner.run(command).output.split(separator: "\n").map(String.init)
            #expect(Self.stopped.allSatisfy(lines.contains), "\(lines)")
        }
        #expect(
            try runner.run("pause").output == """
                the nodes of web-server  by a failure  just now  web1, package:nginx of web-server@5: no such package

                """
        )
    }

    @Test("who has paused a tag's nodes, when and why, is shown with the tag and in the list of all")
    func paused() throws {
        let table: [(TagName?, [String])] = [
            (
                Fixture.webServer,
                [
                    "the nodes of web-server are paused by bob, 6 minutes ago: look first",
                    "Nothing is changed there. 'weft resume web-server' lets them go on.",
                ]
            ),
            (
                nil,
                [
                    "every node is paused by bob, 6 minutes ago: look first",
                    "Nothing is changed there. 'weft resume --all' lets them go on.",
                ]
            ),
        ]
        for (tag, expected) in table {
            let pause = Pause(tag: tag, by: "bob", reason: "look first", since: Fixture.at)
            var summary = Self.summary
            summary.pause = pause
            var runner = runner()
            runner.answers["GET /v1/tags"] = Fixture.json(TagList(tags: [summary, summary]))
            runner.answers["GET /v1/tags/web-server"] = Fixture.json(TagDetail(tag: summary, entries: []))
            runner.answers["POST /v1/pauses"] = Fixture.json(pause)
            for command in [["tag", "list"], ["tag", "show", "web-server"]] {
                let lines = try runner.run(command).output.split(separator: "\n").map(String.init)
                #expect(lines.filter(expected.contains) == expected, "\(lines)")
            }
            let answer = try runner.run(["pause"] + (tag == nil ? ["--all"] : ["web-server"])).output
            #expect(answer.contains("'weft resume \(tag?.text ?? "--all")' lets them go on."))
        }
    }

    @Test("a limit is set, and one out of range is not sent")
    func limit() throws {
        var runner = runner()
        runner.answers["PUT /v1/tags/web-server/limit"] = Fixture.json(Self.summary)
        let ran = try runner.run("tag", "limit", "web-server", "2") { requests in
            #expect(requests.map(\.text) == [#"{"atOnce":2}"#])
        }
        #expect(ran.output == "Up to 2 nodes converge to web-server at a time.\n")
        for count in ["0", "10001", "x", "-1"] {
            let ran = try runner.run("tag", "limit", "web-server", count) { #expect($0.isEmpty) }
            #expect(ran.status == .usage, "\(count)")
        }
    }
}
