import FabricAPI
import FabricModel
import Testing

@testable import Commands

@Suite("Facts")
struct NodeFactsCommandTests {
    private static func facts(_ facts: FactValue) -> NodeFacts {
        NodeFacts(
            node: Fixture.web1,
            at: Fixture.at,
            seenAt: Fixture.at,
            digest: facts.stableDigest,
            facts: facts
        )
    }

    @Test("facts are printed one a line, by their path, with nothing in them that a terminal would act on")
    func lines() throws {
        let facts: FactValue = [
            "cpu": ["10": "b", "2": "a"], "shells": ["/bin/sh"], "uptime_seconds": .integer(7),
            "domain": .null,
            "fips": .bool(false), "empty": [:], "bad\u{1B}[2J": "x\u{7}\ny",
            "addresses": ["192.0.2.1": ["family": "inet"]],
        ]
        let runner = WeftRunner(answers: ["GET /v1/nodes/web1/facts": Fixture.json(Self.facts(facts))])
        let ran = try runner.run("node", "facts", "web1")
        #expect(ran.status == .done)
        #expect(
            ran.output == """
                addresses."192.0.2.1".family = inet
                "bad\\x1b[2J" = x\\x07\\ny
                cpu.2 = a
                cpu.10 = b
                domain = null
                empty = {}
                fips = false
                shells.0 = /bin/sh
                uptime_seconds = 7

                """
        )
        let json = try runner.run("node", "facts", "web1", "--json").output
        #expect(json.contains(#""192.0.2.1""#) && !json.contains("\u{1B}"))
    }

    @Test("path and time go to the server")
    func parameters() throws {
        let target = "GET /v1/nodes/web1/facts?path=cpu.%2A.mhz&at=2026-11-22T20:03:27.000000Z"
        let runner = WeftRunner(answers: [target: Fixture.json(Self.facts(["cpu": ["0": ["mhz": "1"]]]))])
        let ran = try runner.run("node", "facts", "web1", "cpu.*.mhz", "--at", "2026-11-22T20:03:27Z")
        #expect(ran.output == "cpu.0.mhz = 1\n")
    }

    @Test("what leads to no fact says so")
    func nothing() throws {
        let answers = ["GET /v1/nodes/web1/facts?path=cup": Fixture.json(Self.facts([:]))]
        let ran = try WeftRunner(answers: answers).run("node", "facts", "web1", "cup")
        #expect(ran.status == .failed)
        #expect(ran.error.contains("web1 has no such fact"))
    }

    @Test("nodes are found with the facts that make them an answer")
    func find() throws {
        let nodes = [
            FactFindings.Node(
                node: Fixture.web1,
                seenAt: Fixture.at,
                facts: [FactFindings.Fact(path: "cpu.total", value: .integer(8))]
            ), FactFindings.Node(node: Fixture.make { try NodeName("web2") }, seenAt: Fixture.at, facts: []),
        ]
        let target = "GET /v1/facts/find?query=cpu.total%3E%3D8%20or%20not%20x"
        let runner = WeftRunner(answers: [target: Fixture.json(FactFindings(nodes: nodes))])
        for arguments in [["cpu.total>=8 or not x"], ["cpu.total>=8", "or", "not", "x"]] {
            let ran = try runner.run(["node", "find"] + arguments)
            #expect(ran.status == .done)
            #expect(ran.output == "web1\n    cpu.total = 8\nweb2\n")
        }
        let none = WeftRunner(answers: ["GET /v1/facts/find?query=x": Fixture.json(FactFindings(nodes: []))])
        #expect(try none.run("node", "find", "x").output == "Of no node that is true.\n")
    }

    @Test("what is wrong with a query is shown at its place, and no server is asked")
    func badQuery() throws {
        var asked = 0
        let ran = try WeftRunner().run(["node", "find", "cpu.total>= and x"]) { asked = $0.count }
        #expect(ran.status == .usage)
        #expect(asked == 0)
        #expect(ran.error.contains("    cpu.total>= and x\n               ^\n"), "\(ran.error)")
        #expect(try WeftRunner().run("node", "facts", "web1", "a..b").status == .usage)
    }
}
