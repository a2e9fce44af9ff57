import FabricAPI
import FabricModel
import ScriptedServer
import Testing

@testable import Commands

@Suite("Central commands")
struct CentralCommandTests {
    private static let path = "/v1/commits/567890ab"

    private func queue(_ commits: QueuedCommit...) -> WeftRunner {
        WeftRunner(answers: ["GET /v1/queue": Fixture.json(Queue(commits: commits))])
    }

    private static func queued(
        _ message: String,
        author: Actor = Fixture.alice,
        undecided: Int = 2,
        conflicts: Int = 0
    ) -> QueuedCommit {
        QueuedCommit(
            id: Fixture.commitID,
            nodeName: Fixture.web1,
            author: author,
            message: message,
            at: Fixture.at,
            changes: 2,
            undecided: undecided,
            conflicts: conflicts
        )
    }

    @Test("an empty queue says so and is no drift")
    func emptyQueue() throws {
        let ran = try queue().run("queue", "--exit-code")
        #expect(ran.output == "Nothing waits for review.\n")
        #expect(ran.status == .done)
    }

    @Test("the queue is a table, and drift on request")
    func queueTable() throws {
        let runner = queue(
            Self.queued("open port 2222\n\nfor backup"),
            Self.queued("\u{1B}[2Jx", author: Actor(tier: .inferred, name: "bob"), undecided: 1),
            Self.queued("y", author: .unknown)
        )
        let ran = try runner.run("queue", "--exit-code")
        #expect(
            ran.output == """
                ID        NODE  AUTHOR   WHEN           CHANGES  MESSAGE
                567890ab  web1  alice    6 minutes ago        2  open port 2222
                567890ab  web1  bob?     6 minutes ago   1 of 2  \\x1b[2Jx
                567890ab  web1  unknown  6 minutes ago        2  y

                """
        )
        #expect(ran.status == .drift)
        #expect(try runner.run("queue").status == .done)
    }

    @Test("conflicts have a column where there are any")
    func queueConflicts() throws {
        let ran = try queue(Self.queued("open port 2222", conflicts: 1), Self.queued("x")).run("queue")
        #expect(
            ran.output == """
                ID        NODE  AUTHOR  WHEN           CHANGES  CONFLICTS  MESSAGE
                567890ab  web1  alice   6 minutes ago        2          1  open port 2222
                567890ab  web1  alice   6 minutes ago        2             x

                """
        )
    }

    @Test("a queue is listed whole, or as much of it as was asked for")
    func pages() throws {
        let first = Queue(commits: [Self.queued("first")], next: Fixture.commitID)
        var runner = WeftRunner()
        runner.answers["GET /v1/queue"] = Fixture.json(first)
        runner.answers["GET /v1/queue?after=\(Fixture.commitID)"] = Fixture.json(
            Queue(commits: [Self.queued("second")])
        )
        runner.answers["GET /v1/queue?limit=1"] = Fixture.json(first)
        let whole = try runner.run("queue").output.split(separator: "\n")
        #expect(whole.count == 3)
        #expect(whole.last?.hasSuffix("second") == true)
        #expect(!(try runner.run("queue", "--json").output.contains("next")))
        let short = try runner.run("queue", "-n", "1").output.split(separator: "\n")
        #expect(short.count == 3)
        #expect(short.last == "… and more")
        #expect(
            try runner.run("queue", "-n", "1", "--json").output.contains(#""next" : "\#(Fixture.commitID)""#)
        )
        #expect(try runner.run("queue", "-n", "501").status == .usage)
    }

    @Test("a long message is cut to the terminal, where there is one")
    func width() throws {
        var runner = queue(Self.queued(String(repeating: "long ", count: 40)))
        #expect(try runner.run("queue").output.contains("long long long"))
        runner.width = 80
        let lines = try runner.run("queue").output.lines
        #expect(lines.allSatisfy { TextWidth.of($0) <= 80 })
        #expect(lines[1].hasSuffix("…"))
    }

    @Test("JSON is what the server said")
    func json() throws {
        let ran = try queue(Self.queued("m")).run("queue", "--json")
        #expect(
            ran.output == """
                {
                  "commits" : [
                    {
                      "at" : "2026-11-22T20:03:27.000000Z",
                      "author" : {
                        "evidence" : "the session that ran vi",
                        "name" : "alice",
                        "session" : "3",
                        "tier" : "strong"
                      },
                      "changes" : 2,
                      "conflicts" : 0,
                      "id" : "0193a7b2-1111-7000-8000-1234567890ab",
                      "message" : "m",
                      "nodeName" : "web1",
                      "undecided" : 2
                    }
                  ]
                }

                """
        )
    }

    @Test("an approval names the revision and what it changed")
    func approve() throws {
        let item = Revision.Item(key: Fixture.key("package:nginx"), before: nil, after: .package(.any))
        let revision = Fixture.revision(number: 5, items: [item])
        var runner = WeftRunner()
        runner.answers["POST \(Self.path)/approval"] = Fixture.json(
            ApprovalResult(
                revision: revision,
                items: [item],
                unchanged: [2, 3],
                nodes: [try NodeName("web2")]
            )
        )
        let ran = try runner.run(
            "approve",
            "567890ab",
            "--into",
            "web-server",
            "--changes",
            "1-3",
            "-m",
            "why"
        ) { requests in
            let asked = [true, false]
                .map { #"{"changes":[1,2,3],"dryRun":\#($0),"into":"web-server","message":"why"}"# }
            #expect(requests.map(\.text) == asked)
            #expect(requests.first?.headers["authorization"] == "Bearer secret")
        }
        #expect(
            ran.output == """
                Approved as web-server@5:
                    package:nginx  (unmanaged) → package any
                1 node: web2
                Changes 2-3: the tag said so already.

                """
        )
        let own = try runner.run("approve", "567890ab") { requests in
            #expect(requests.map(\.text) == [#"{"dryRun":false}"#])
        }
        #expect(own.status == .done)
    }

    @Test("an approval that changes several other nodes lists them, and takes a yes")
    func approveForMany() throws {
        let item = Revision.Item(key: Fixture.key("package:nginx"), before: nil, after: .package(.any))
        let nodes = try ["web1", "web2", "web3"].map { try NodeName($0) }
        var runner = WeftRunner()
        runner.answers["POST \(Self.path)/approval"] = Fixture.json(
            ApprovalResult(revision: nil, items: [item], unchanged: [], nodes: nodes)
        )
        runner.answers["GET \(Self.path)"] = Fixture.json(ShowCommandTests.commit())
        let refused = try runner.run("approve", "567890ab", "--into", "web-server") { requests in
            #expect(
                requests.map(\.text).filter { $0.contains("dryRun") }.map { $0.contains("true") } == [true]
            )
        }
        #expect(refused.status == .usage)
        #expect(refused.output.hasPrefix("This would be done:\n    package:nginx"))
        #expect(
            refused.error.contains("it changes 3 nodes, so nothing was done yet; give --yes to do it")
        )
        let looked = try runner.run("approve", "567890ab", "--into", "web-server", "--dry-run")
        #expect(
            looked.output == """
                This would be done:
                    package:nginx  (unmanaged) → package any
                3 nodes: web1, web2, web3

                """
        )
        #expect(try runner.run("approve", "567890ab", "--into", "web-server", "--yes").status == .done)
    }

    @Test("a conflict is told on standard error, with status 13")
    func conflict() throws {
        var runner = WeftRunner()
        let text = #"{"error":{"code":"conflict","message":"it says \u001b[1m","subject":"file:/etc/a"}}"#
        runner.answers["POST \(Self.path)/approval"] = .json(text, status: 409)
        runner.answers["GET \(Self.path)/clashes"] = .json(#"{"clashes":[]}"#)
        let ran = try runner.run("approve", "567890ab")
        #expect(ran.status == .conflict)
        #expect(ran.output.isEmpty)
        #expect(ran.error == "weft: file:/etc/a: it says \\x1b[1m\n")
        let json = try runner.run("approve", "567890ab", "--json")
        #expect(json.status == .conflict)
        #expect(
            json.error
                == #"{"error":{"code":"conflict","message":"it says \u001b[1m","subject":"file:/etc/a"}}"#
                + "\n"
        )
    }

    @Test("a conflict of several changes has a line for each")
    func conflicts() throws {
        var runner = WeftRunner()
        let text =
            #"{"error":{"code":"conflict","message":"2 changes:\n    (1) a\u001b\n    (2) b","subject":"x"}}"#
        runner.answers["POST \(Self.path)/approval"] = .json(text, status: 409)
        runner.answers["GET \(Self.path)/clashes"] = .json(#"{"clashes":[]}"#)
        let ran = try runner.run("approve", "567890ab")
        #expect(ran.error == "weft: x: 2 changes:\n    (1) a\\x1b\n    (2) b\n")
    }

    @Test("a rejection says what becomes of the node")
    func reject() throws {
        var runner = WeftRunner()
        runner.answers["POST \(Self.path)/rejection"] = Fixture.json(RejectionResult(rejected: [2]))
        let ran = try runner.run("reject", "567890ab", "-m", "no", "--changes", "2") { requests in
            #expect(requests.map(\.text) == [#"{"changes":[2],"reason":"no"}"#])
        }
        #expect(ran.output == "Rejected, and tolerated on the node, which keeps what it has: change 2.\n")
    }

    @Test("an explanation shows every layer and which one wins")
    func explain() throws {
        let own = try TagName("node:web1")
        let key = Fixture.key("package:nginx")
        let layers = [
            Explanation.Layer(tag: own, entry: nil, revision: nil, wins: false),
            .init(
                tag: Fixture.webServer,
                entry: .package(.any),
                revision: Fixture.revision(number: 5),
                wins: true
            ),
            .init(
                tag: try TagName("base"),
                entry: .absent,
                revision: Fixture.revision(number: 1),
                wins: false
            ),
        ]
        var runner = WeftRunner()
        let path = "GET /v1/nodes/web1/explanation?resource=package:nginx"
        runner.answers[path] = Fixture.json(Explanation(node: Fixture.web1, key: key, layers: layers))
        #expect(
            try runner.run("explain", "web1", "package:nginx").output == """
                package:nginx on web1
                TAG         ENTRY                         SET BY
                node:web1   (unmanaged)
                web-server  package any  gives the value  @5 by alice, 6 minutes ago
                base        absent       shadowed         @1 by alice, 6 minutes ago

                """
        )
        runner.answers[path] = Fixture.json(Explanation(node: Fixture.web1, key: key, layers: [layers[0]]))
        #expect(
            try runner.run("explain", "web1", "package:nginx").output
                == "package:nginx is unmanaged on web1: no tag names it (node:web1).\n"
        )
    }

    @Test("of many nodes those that are not what their tags say are seen at a glance, and can be chosen")
    func convergence() throws {
        func node(
            _ name: String,
            _ state: NodeState,
            _ report: ConvergenceReport?,
            isCurrent: Bool = true
        )
            -> NodeSummary
        {
            NodeSummary(
                id: Fixture.nodeID,
                name: Fixture.make { try NodeName(name) },
                machineID: nil,
                operatingSystem: "Debian",
                state: state,
                tags: [Fixture.webServer],
                registeredAt: Fixture.at,
                lastContact: Fixture.at,
                undecided: 0,
                convergence: report.map { NodeConvergence(report: $0, at: Fixture.at, isCurrent: isCurrent) }
            )
        }
        func report(
            applies: Bool = true,
            toDo: Int = 0,
            waiting: Int = 0,
            failed: Int = 0,
            held: Int = 0,
            failures: [ConvergenceReport.Failure] = []
        ) -> ConvergenceReport {
            ConvergenceReport(
                configuration: "e",
                applies: applies,
                toDo: toDo,
                waiting: waiting,
                failed: failed,
                held: held,
                failures: failures
            )
        }
        let failure = ConvergenceReport.Failure(
            key: Fixture.key("package:a"),
            message: "apt\nno such package"
        )
        let failing = node("a", .failed, report(failed: 2, held: 1, failures: [failure]))
        let nodes = [
            failing, node("b", .behind, report(toDo: 3, waiting: 1)), node("c", .clean, report()),
            node("d", .drifted, report(applies: false, toDo: 1)),
            node("e", .behind, report(), isCurrent: false),
        ]
        var runner = WeftRunner()
        runner.answers["GET /v1/nodes"] = Fixture.json(NodeList(nodes: nodes))
        runner.answers["GET /v1/nodes/a"] = Fixture.json(failing)
        #expect(
            try runner.run("node", "list").output == """
                NODE  STATE    CONVERGENCE                UNDECIDED  LAST CONTACT   TAGS        SYSTEM
                a     failed   2 failed, 1 held                   0  6 minutes ago  web-server  Debian
                b     behind   1 waits its turn, 2 to do          0  6 minutes ago  web-server  Debian
                c     clean    in sync                            0  6 minutes ago  web-server  Debian
                d     drifted  1 differs                          0  6 minutes ago  web-server  Debian
                e     behind   news not taken in                  0  6 minutes ago  web-server  Debian

                5 nodes: 1 failed, 1 drifted, 2 behind, 1 clean

                """
        )
        let chosen = try runner.run("node", "list", "--state", "failed", "--state", "conflicted").output
        #expect(
            chosen == """
                NODE  STATE   CONVERGENCE       UNDECIDED  LAST CONTACT   TAGS        SYSTEM
                a     failed  2 failed, 1 held          0  6 minutes ago  web-server  Debian

                5 nodes: 1 failed, 1 drifted, 2 behind, 1 clean

                """
        )
        runner.width = 70
        #expect(
            try runner.run("node", "list", "--state", "failed").output
                .hasPrefix(
                    """
                    NODE  STATE   CONVERGENCE       UNDECIDED  LAST CONTACT   TAGS
                    a     failed  2 failed, 1 held          0  6 minutes ago  web-server

                    """
                ),
            "there is no room for the system"
        )
        let none = try runner.run("node", "list", "--state", "conflicted").output
        #expect(none == "5 nodes: 1 failed, 1 drifted, 2 behind, 1 clean\n")
        #expect(try runner.run("node", "list", "--state", "broken").status == .usage)
        let shown = try runner.run("node", "show", "a").output
        #expect(
            shown.hasSuffix(
                """
                Convergence:  2 failed, 1 held (reported 6 minutes ago)
                    failed: package:a
                        apt
                        no such package
                    … and 1 more

                """
            )
        )
    }

    @Test("nodes are listed, shown and given tags")
    func nodes() throws {
        let node = NodeSummary(
            id: Fixture.nodeID,
            name: Fixture.web1,
            machineID: nil,
            operatingSystem: "Debian GNU/Linux 12 (bookworm)",
            state: .pending,
            tags: [Fixture.webServer],
            registeredAt: Fixture.at,
            lastContact: nil,
            undecided: 2
        )
        var runner = WeftRunner()
        runner.answers["GET /v1/nodes"] = Fixture.json(NodeList(nodes: [node]))
        runner.answers["GET /v1/nodes/web1"] = Fixture.json(node)
        runner.answers["PUT /v1/nodes/web1/tags"] = Fixture.json(node)
        #expect(
            try runner.run("node", "list").output == """
                NODE  STATE    CONVERGENCE   UNDECIDED  LAST CONTACT  TAGS        SYSTEM
                web1  pending  not reported          2  never         web-server  Debian GNU/Linux 12 (bookworm)

                1 node: 1 pending

                """
        )
        #expect(
            try runner.run("node", "show", "web1").output == """
                web1 is pending
                Id:           0193a7b2-0000-7000-8000-00000000a001
                Machine id:   (unknown)
                System:       Debian GNU/Linux 12 (bookworm)
                Registered:   2026-11-22 20:03:27Z (6 minutes ago)
                Last contact: never
                Tags:         node:web1, then web-server
                Undecided:    2 changes
                Convergence:  not reported

                """
        )
        let ran = try runner.run("node", "tag", "web1", "web-server") { requests in
            #expect(requests.map(\.text) == [#"{"tags":["web-server"]}"#])
        }
        #expect(ran.output == "web1 takes from, in this order: node:web1, web-server\n")
        let cleared = try runner.run("node", "tag", "web1", "--none") { requests in
            #expect(requests.map(\.text) == [#"{"tags":[]}"#])
        }
        #expect(cleared.status == .done)
    }

    @Test("a server that is not there is unreachable")
    func unreachable() throws {
        let server = try HTTPTestServer { _ in .answer(200) }
        server.stop()
        let environment = ["HOME": "/nonexistent", "WEFT_SERVER": server.url, "WEFT_TOKEN": "t"]
        let ran = WeftRunner().run(["queue"], environment)
        #expect(ran.status == .unreachable)
        #expect(ran.error.hasPrefix("weft: \(server.url)/v1/queue: "))
        #expect(ran.error.contains("weft-server"))
    }
}
