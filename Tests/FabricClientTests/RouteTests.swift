import Compression
import FabricAPI
import FabricClient
import FabricModel
import ScriptedServer
import Testing

@Suite("Routes")
struct RouteTests {
    private static let nodeID = "018f0000-0000-7000-8000-0000000000a1"
    private static let commitID = "018f0000-0000-7000-8000-0000000000c1"
    private static let hello = ContentDigest.sha256("hello\n".utf8)
    private static let tagSummary = #"{"name":"web","entries":0,"revision":0,"nodes":[]}"#
    private static let revision =
        #"{"tag":"web","number":4,"at":"2026-11-22T20:00:00Z","author":"alice","message":"m","items":[]}"#

    private static let nodeSummary = #"""
        {"id":"018f0000-0000-7000-8000-0000000000a1","name":"web1","state":"clean","tags":[],"undecided":0,
        "registeredAt":"2026-11-22T20:00:00Z"}
        """#

    private let node: NodeID
    private let web: TagName

    init() throws {
        node = try NodeID(Self.nodeID)
        web = try TagName("web")
    }

    /// Checks that a call sends this request, written `METHOD TARGET BODY`, when the server answers `answer`.
    private func expect(
        _ request: String,
        answering answer: String,
        status: Int = 200,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ call: (FabricClient) throws -> Void
    ) throws {
        let server = try HTTPTestServer { _ in .json(answer, status: status) }
        defer { server.stop() }
        try call(
            FabricClient(
                server: ServerAddress(server.url),
                trust: .authorities(file: server.authorityFile),
                token: "t"
            )
        )
        let sent = server.requests.map { "\($0.method) \($0.target)\($0.body.isEmpty ? "" : " ")\($0.text)" }
        #expect(sent == [request], sourceLocation: sourceLocation)
    }

    @Test("chains are verified, of one tag or of all")
    func verification() throws {
        let answer = #"{"tags":[{"tag":"web","revisions":2}]}"#
        let expected = TagVerification(tag: web, revisions: 2, head: nil)
        try expect("GET /v1/verification?tag=web", answering: answer) { client in
            let verification = try client.verify(web)
            #expect(verification == expected)
        }
        try expect("GET /v1/verification", answering: answer) { client in
            let verifications = try client.verifications()
            #expect(verifications == [expected])
        }
    }

    @Test("what happened is asked for after a cursor, and may be waited for")
    func feed() throws {
        let answer = #"{"events":[{"cursor":"a-1","kind":"later","at":"2026-11-22T20:00:00Z"}],"next":"a-1"}"#
        try expect("GET /v1/changes", answering: answer) { client in
            let list = try client.changes()
            #expect(list.next == "a-1")
            #expect(list.events.map(\.kind.rawValue) == ["later"])
        }
        try expect("GET /v1/changes?after=a-1&limit=5&wait=9", answering: #"{"events":[]}"#) { client in
            let list = try client.changes(after: "a-1", limit: 5, wait: 9)
            #expect(list.events.isEmpty)
        }
    }

    @Test("webhooks are added, listed, removed and tested")
    func webhooks() throws {
        let hook =
            #"{"id":3,"url":"https://a","by":"root","addedAt":"2026-11-22T20:00:00Z","attempts":0,"isFailing":false}"#
        let added = #"{"webhook":\#(hook),"secret":"whsec_a"}"#
        try expect(#"POST /v1/webhooks {"events":["node"],"url":"https://a"}"#, answering: added) { client in
            let new = try client.addWebhook(AddWebhook(url: "https://a", events: [.node]))
            #expect(new.secret == "whsec_a")
        }
        try expect("GET /v1/webhooks", answering: #"{"webhooks":[\#(hook)]}"#) { client in
            let hooks = try client.webhooks()
            #expect(hooks.map(\.id) == [3])
        }
        try expect("DELETE /v1/webhooks/3", answering: "", status: 204) { try $0.removeWebhook(3) }
        try expect("POST /v1/webhooks/3/test", answering: #"{"failure":"no"}"#) { client in
            let test = try client.testWebhook(3)
            #expect(test.failure == "no")
        }
    }

    @Test("the nodes come in the forms of other tools", arguments: FabricClient.ExportForm.allCases)
    func exports(form: FabricClient.ExportForm) throws {
        try expect("GET /v1/export/\(form.rawValue)", answering: "[]") { client in
            let answer = try client.export(form)
            #expect(answer == Array("[]".utf8))
        }
    }

    @Test("what was so is asked by revision or by time")
    func earlier() throws {
        let state = #"{"tag":"web","revision":2,"entries":[]}"#
        let reference = RevisionReference(tag: web, number: 2)
        let time = try Timestamp("2026-11-22T20:03:27Z")
        try expect("GET /v1/tags/web/state?revision=2", answering: state) { client in
            let answer = try client.state(at: reference)
            #expect(answer.revision == 2)
        }
        try expect("GET /v1/tags/web/state?at=2026-11-22T20:03:27.000000Z", answering: state) { client in
            _ = try client.state(of: web, at: time)
        }
        let difference = #"{"tag":"web","from":2,"to":5,"items":[]}"#
        try expect("GET /v1/tags/web/difference?from=2", answering: difference) { client in
            let answer = try client.difference(from: reference)
            #expect(answer.to == 5)
        }
        try expect("GET /v1/tags/web/difference?from=2&to=5", answering: difference) { client in
            _ = try client.difference(from: reference, to: 5)
        }
        let path = "GET /v1/nodes/web1/explanation?resource=package:a&at=2026-11-22T20:03:27.000000Z"
        try expect(path, answering: #"{"node":"web1","key":"package:a","layers":[]}"#) { client in
            _ = try client.explanation(of: ResourceKey("package:a"), on: "web1", at: time)
        }
    }

    @Test("the audit log is asked with what it is to be filtered by")
    func audit() throws {
        let answer = #"""
            {"entries":[{"id":3,"at":"2026-11-22T20:03:27Z","action":"edit","subject":"web","outcome":"done"}],"next":3}
            """#
        try expect("GET /v1/audit", answering: answer) { client in
            let list = try client.audit()
            #expect(list.entries.map(\.action) == ["edit"] && list.next == 3)
        }
        let time = try Timestamp("2026-11-22T20:03:27Z")
        let filter = AuditFilter(principal: "alice", action: "edit", subject: "web@4", since: time)
        let query =
            "principal=alice&action=edit&subject=web@4&since=2026-11-22T20:03:27.000000Z&before=9&limit=5"
        try expect("GET /v1/audit?\(query)", answering: answer) { client in
            _ = try client.audit(filter, before: 9, limit: 5)
        }
    }

    @Test("a node asks what it is to forget")
    func redactions() throws {
        let path = "GET /v1/nodes/\(Self.nodeID)/redactions"
        try expect(path, answering: #"{"digests":["\#(Self.hello)"]}"#) { client in
            let digests = try client.redactions(of: node)
            #expect(digests == [Self.hello])
        }
    }

    @Test("a node registers")
    func register() throws {
        let request =
            #"POST /v1/nodes {"node":{"id":"\#(Self.nodeID)","name":"web1"},"request":"r"}"#
        let answer = #"{"node":"\#(Self.nodeID)","certificate":"x"}"#
        let enrolment = Enrolment(node: RegisterNode(id: node, name: try NodeName("web1")), request: "r")
        try expect(request, answering: answer, status: 201) { client in
            let credentials = try client.enrol(enrolment)
            #expect(credentials?.certificate == "x")
        }
        try expect(request, answering: "{}", status: 202) { client in
            let credentials = try client.enrol(enrolment)
            #expect(credentials == nil)
        }
    }

    @Test("a node asks for its configuration")
    func configuration() throws {
        let path = "GET /v1/nodes/\(Self.nodeID)/configuration"
        let answer = #"{"etag":"e2","configuration":{"items":[]},"tags":["base"],"lastDecision":7}"#
        try expect("\(path)?since=e%201&wait=20", answering: answer) { client in
            let configuration = try client.configuration(of: node, since: "e 1", wait: .seconds(20))
            let whole = NodeConfiguration(
                etag: "e2",
                configuration: EffectiveConfiguration(items: []),
                tags: [try TagName("base")],
                lastDecision: 7
            )
            #expect(configuration == .whole(whole))
        }
        let digest = ConfigurationDigest()
        let changes =
            #"{"etag":"e2","since":"e1","items":[],"removed":["package:a"],"digest":"\#(digest)","tags":[],"#
            + #""lastDecision":7}"#
        try expect("\(path)?since=e1", answering: changes) { client in
            guard case .changes(let changes) = try client.configuration(of: node, since: "e1") else {
                Issue.record("these are changes")
                return
            }
            #expect(changes.removed.map(\.description) == ["package:a"])
            #expect(changes.digest == digest)
        }
        try expect("\(path)?wait=300", answering: answer) { client in
            _ = try client.configuration(of: node, wait: .seconds(100_000))
        }
        try expect("\(path)?since=e1", answering: "", status: 304) { client in
            let configuration = try client.configuration(of: node, since: "e1")
            #expect(configuration == nil)
        }
    }

    @Test("a node asks for decisions")
    func decisions() throws {
        try expect("GET /v1/nodes/\(Self.nodeID)/decisions?after=41", answering: #"{"decisions":[]}"#) {
            client in
            _ = try client.decisions(of: node, after: 41)
        }
    }

    @Test("a node asks for slots, and reports")
    func slots() throws {
        let path = "/v1/nodes/\(Self.nodeID)/slots"
        let request = SlotRequest(tags: [web], configuration: "e", known: [.waiting])
        let body = #"{"configuration":"e","known":["waiting"],"tags":["web"]}"#
        let granted = #"{"granted":{"seconds":300,"tags":["web"],"withheld":[]}}"#
        try expect("PUT \(path)?wait=20 \(body)", answering: granted) { client in
            let answer = try client.takeSlots(request, of: node, wait: .seconds(20))
            #expect(answer == .granted(tags: [web], seconds: 300))
        }
        let failure = SlotReport.Failure(
            key: try ResourceKey("package:a"),
            revision: RevisionReference(tag: web, number: 3),
            message: "m"
        )
        let report = #"{"failed":[{"key":"package:a","message":"m","revision":"web@3"}]}"#
        try expect("POST \(path) \(report)", answering: "", status: 204) { client in
            try client.report(SlotReport(failed: [failure]), of: node)
        }
    }

    @Test("a reviewer limits how many nodes converge at a time")
    func limit() throws {
        try expect(#"PUT /v1/tags/web/limit {"atOnce":2}"#, answering: Self.tagSummary) { client in
            try client.limit(web, to: 2)
        }
    }

    @Test("a node uploads commits")
    func upload() throws {
        let request = #"POST /v1/nodes/\#(Self.nodeID)/commits {"commits":[]}"#
        try expect(request, answering: #"{"accepted":["\#(Self.commitID)"]}"#) { client in
            let accepted = try client.upload([FeedbackCommit](), of: node)
            #expect(accepted.map(\.text) == [Self.commitID])
        }
    }

    @Test("a node asks which contents are missing")
    func missing() throws {
        let request = #"POST /v1/nodes/\#(Self.nodeID)/contents/missing {"digests":["\#(Self.hello)"]}"#
        try expect(request, answering: #"{"missing":["\#(Self.hello)"]}"#) { client in
            let missing = try client.missingContents(of: node, among: [Self.hello])
            #expect(missing == [Self.hello])
        }
    }

    @Test("contents are uploaded deflated, under their digest")
    func putContent() throws {
        let server = try HTTPTestServer { _ in .answer(204) }
        defer { server.stop() }
        let client = try FabricClient(
            server: ServerAddress(server.url),
            trust: .authorities(file: server.authorityFile)
        )
        let content = [UInt8](repeating: 65, count: 100_000)
        let digest = ContentDigest.sha256(content)
        try client.upload(content, digest: digest, of: node)
        let returned = try client.upload(content)
        #expect(returned == digest)
        let targets = ["/v1/nodes/\(Self.nodeID)/contents/\(digest)", "/v1/contents/\(digest)"]
        #expect(server.requests.map(\.target) == targets)
        for request in server.requests {
            #expect(request.method == "PUT")
            #expect(request.headers["content-encoding"] == "deflate")
            #expect(request.body.count < 1000)
            let body = try Deflate.decompress(request.body, limit: 100_000)
            #expect(body == content)
        }
    }

    @Test("a compressed answer is unpacked, and counts unpacked against the limit")
    func compressedAnswer() throws {
        let server = try HTTPTestServer { request in
            let size = request.target.hasSuffix("healthz") ? 5_000_000 : 1_000
            let body = Deflate.compress([UInt8](repeating: 65, count: size))
            return .answer(200, headers: ["Content-Encoding": "deflate"], body: body)
        }
        defer { server.stop() }
        let client = try FabricClient(
            server: ServerAddress(server.url),
            trust: .authorities(file: server.authorityFile),
            answerLimit: 1_000_000
        )
        let response = try client.send(.get, "/")
        #expect(response.body == [UInt8](repeating: 65, count: 1_000))
        #expect(server.requests.first?.headers["accept-encoding"] == "deflate, gzip")
        #expect(failure { try client.health() } == .answerTooLarge)
    }

    @Test("a reviewer reads the queue and a commit")
    func queue() throws {
        try expect("GET /v1/queue", answering: #"{"commits":[]}"#) { _ = try $0.queue() }
        try expect("GET /v1/queue?node=web1", answering: #"{"commits":[]}"#) {
            _ = try $0.queue(node: "web1")
        }
        let commit = #"""
            {"id":"\#(Self.commitID)","node":"\#(Self.nodeID)","nodeName":"web1","sequence":3,"message":"m",
            "author":{"tier":"unknown"},"at":"2026-11-22T20:00:00Z","receivedAt":"2026-11-22T20:00:01Z",
            "trigger":"manual","changes":[]}
            """#
        try expect("GET /v1/commits/00c1", answering: commit) { client in
            let detail = try client.commit("00c1")
            #expect(detail.sequence == 3)
        }
    }

    @Test("lists are read page by page, to the last")
    func pages() throws {
        let second = Self.tagSummary.replacing("web", with: "web2")
        let answers = [
            "/v1/tags": #"{"tags":[\#(Self.tagSummary)],"next":"web"}"#,
            "/v1/tags?after=web": #"{"tags":[\#(second)]}"#,
            "/v1/nodes": #"{"nodes":[\#(Self.nodeSummary)],"next":"web1"}"#,
            "/v1/nodes?after=web1": #"{"nodes":[]}"#,
            "/v1/queue?node=web1": #"{"commits":[],"next":"\#(Self.commitID)"}"#,
            "/v1/queue?node=web1&after=\(Self.commitID)": #"{"commits":[]}"#,
        ]
        let server = try HTTPTestServer { .json(answers[$0.target] ?? "", status: 200) }
        defer { server.stop() }
        let client = try FabricClient(
            server: ServerAddress(server.url),
            trust: .authorities(file: server.authorityFile)
        )
        #expect(try client.tags().map(\.name.text) == ["web", "web2"])
        #expect(try client.nodes().count == 1)
        #expect(try client.queue(node: "web1").isEmpty)
        #expect(Set(server.requests.map(\.target)) == Set(answers.keys))
    }

    @Test("a list whose pages do not end is given up")
    func endlessPages() throws {
        let server = try HTTPTestServer { _ in .json(#"{"tags":[],"next":"web"}"#) }
        defer { server.stop() }
        let client = try FabricClient(
            server: ServerAddress(server.url),
            trust: .authorities(file: server.authorityFile)
        )
        #expect(failure { try client.tags() } == .unexpectedAnswer)
        #expect(server.requests.count == 2)
    }

    @Test("a reviewer approves and rejects")
    func decide() throws {
        let approval =
            #"POST /v1/commits/00c1/approval {"changes":[1,2],"dryRun":false,"into":"web","message":"ok"}"#
        try expect(approval, answering: #"{"items":[],"nodes":["web1"],"unchanged":[2]}"#) { client in
            let result = try client.approve("00c1", Approval(into: web, changes: [1, 2], message: "ok"))
            #expect(result.unchanged == [2])
        }
        let rejection = #"POST /v1/commits/00c1/rejection {"reason":"no"}"#
        try expect(rejection, answering: #"{"rejected":[1]}"#) { client in
            let result = try client.reject("00c1", Rejection(reason: "no"))
            #expect(result.rejected == [1])
        }
    }

    @Test("a reviewer pauses and resumes")
    func pauses() throws {
        let pause = #"{"by":"bob","since":"2026-11-22T20:03:27.000000Z","tag":"web"}"#
        try expect(#"POST /v1/pauses {"reason":"no","tag":"web"}"#, answering: pause) { client in
            let paused = try client.pause(web, reason: "no")
            #expect(paused.by == "bob")
        }
        try expect("DELETE /v1/pauses?tag=web", answering: "") { try $0.resume(web) }
        try expect("DELETE /v1/pauses", answering: "") { try $0.resume(nil) }
        try expect("GET /v1/pauses", answering: #"{"pauses":[\#(pause)]}"#) { client in
            let pauses = try client.pauses()
            #expect(pauses.pauses.map(\.tag) == [web])
            #expect(pauses.stops == nil)
        }
    }

    @Test("anyone asks who they are and whether the server works")
    func whoami() throws {
        try expect("GET /v1/whoami", answering: #"{"name":"alice","role":"reviewer"}"#) { client in
            let principal = try client.whoami()
            #expect(principal == Principal(name: "alice", role: .reviewer))
        }
        try expect("GET /healthz", answering: "ok") { try $0.health() }
    }

    @Test("nodes are listed, explained and given tags")
    func fleet() throws {
        try expect("GET /v1/nodes", answering: #"{"nodes":[]}"#) { _ = try $0.nodes() }
        let inclusion = #"PUT /v1/nodes/web1/tags {"tags":["web","base"]}"#
        try expect(inclusion, answering: Self.nodeSummary) { client in
            let node = try client.include([web, TagName("base")], in: "web1")
            #expect(node.state == .clean)
        }
        let report = #"""
            PUT /v1/nodes/\#(Self.nodeID)/convergence {"applies":true,"configuration":"e","conflicted":0,"drifted":0,\#
            "failed":0,"failures":[],"held":0,"toDo":1,"waiting":0}
            """#
        try expect(report, answering: "", status: 204) { client in
            let report = ConvergenceReport(configuration: "e", applies: true, toDo: 1)
            try client.report(report, of: NodeID(Self.nodeID))
        }
        let explanation = "GET /v1/nodes/web1/explanation?resource=file:%2Fetc%2Fa%20b"
        try expect(explanation, answering: #"{"node":"web1","key":"file:/etc/a b","layers":[]}"#) { client in
            _ = try client.explanation(of: ResourceKey("file:/etc/a b"), on: "web1")
        }
    }

    @Test("tags are listed, made, read and retired")
    func tags() throws {
        try expect("GET /v1/tags", answering: #"{"tags":[\#(Self.tagSummary)]}"#) { client in
            let tags = try client.tags()
            #expect(tags.map(\.name) == [web])
        }
        try expect(#"POST /v1/tags {"name":"web"}"#, answering: Self.tagSummary, status: 201) { client in
            try client.createTag(web)
        }
        try expect("GET /v1/tags/web", answering: #"{"tag":\#(Self.tagSummary),"entries":[]}"#) { client in
            _ = try client.tag(web)
        }
        try expect("DELETE /v1/tags/web", answering: "", status: 204) { try $0.deleteTag(web) }
    }

    @Test("a tag is edited, and an edit that changes nothing has no revision", arguments: ["", "null"])
    func edit(nothing: String) throws {
        let edit = EditTag(
            items: [.init(key: try ResourceKey("package:nginx"), entry: .package(.any))],
            message: "m"
        )
        let request = #"""
            POST /v1/tags/web/revisions {"items":[{"entry":{"package":"any"},"key":"package:nginx"}],"message":"m"}
            """#
        try expect(request, answering: Self.revision, status: 201) { client in
            let revision = try client.edit(web, edit)
            #expect(revision?.number == 4)
        }
        try expect(request, answering: nothing) { client in
            let revision = try client.edit(web, edit)
            #expect(revision == nil)
        }
    }

    @Test("a tag's history is read and reverted")
    func history() throws {
        let list = #"{"revisions":[\#(Self.revision)]}"#
        try expect("GET /v1/tags/web/revisions?before=9&limit=20", answering: list) { client in
            let revisions = try client.revisions(of: web, before: 9, limit: 20)
            #expect(revisions.map(\.number) == [4])
        }
        let request = #"POST /v1/tags/web/revisions/4/reversal {"dryRun":true,"remove":true}"#
        try expect(request, answering: #"{"items":[],"nodes":["web1"]}"#) { client in
            let result = try client.revert(RevisionReference("web@4"), Reversal(remove: true, dryRun: true))
            #expect(result.nodes.map(\.text) == ["web1"])
        }
    }
}
