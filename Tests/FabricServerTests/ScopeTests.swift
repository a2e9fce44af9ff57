import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

/// Tokens that were made for some tags.
@Suite struct ScopeTests {
    /// Two tags, of which web1 includes one and mail1 the other, and a token for the first.
    private static func withTags(
        _ body: @Sendable (Bench, any TestClientProtocol, _ token: String) async throws -> Void
    ) async throws {
        try await Bench.run { bench, client in
            for (tag, machine) in [("web", bench.web), ("mail", bench.mail)] {
                let tag = try TagName(tag)
                try await bench.store.createTag(tag, by: "root", at: Bench.start)
                try await bench.store.include([tag], in: machine.id, by: "root", at: Bench.start)
            }
            let token = try await bench.token(.reviewer, "bob", TokenScope(tags: [TagName("web")]))
            try await body(bench, client, token)
        }
    }

    private static let entry = #"{"items":[{"key":"package:a","entry":{"absent":true}}],"message":"m"}"#

    @Test("a tag of the scope is edited, reverted, limited, paused and deleted as by any reviewer")
    func own() async throws {
        try await Self.withTags { bench, client, token in
            let requests: [(HTTPRequest.Method, String, String?)] = [
                (.post, "/v1/tags/web/revisions", Self.entry),
                (.post, "/v1/tags/web/revisions/1/reversal", #"{"remove":false,"dryRun":false}"#),
                (.put, "/v1/tags/web/limit", #"{"atOnce":3}"#),
                (.post, "/v1/pauses", #"{"tag":"web"}"#),
                (.delete, "/v1/pauses?tag=web", nil),
            ]
            for (method, path, json) in requests {
                let answer = try await client.send(method, path, as: token, json: json ?? "")
                #expect((200..<300).contains(answer.status), "\(method) \(path)")
            }
            try await bench.store.include([], in: bench.web.id, by: "root", at: Bench.start)
            #expect(try await client.send(.delete, "/v1/tags/web", as: token).status == 204)
            let again = try await client.send(.post, "/v1/tags", as: token, json: #"{"name":"web"}"#)
            #expect([201, 409].contains(again.status))
        }
    }

    @Test(
        "every route that changes anything else is refused, logged under the token's name, and changes nothing"
    )
    func others() async throws {
        try await Self.withTags { bench, client, _ in
            let commit = try await bench.upload("/etc/a", from: nil, to: "a", by: bench.mail, through: client)
            // An admin, for whom no role stands in the way.
            let token = try await bench.token(.admin, "eve", TokenScope(tags: [TagName("web")]))
            let bodies = [
                "POST /v1/tags": #"{"name":"db"}"#,
                "POST /v1/pauses": "{}",
                "DELETE /v1/pauses": "",
                "POST /v1/commits/{commit}/approval": #"{"into":"mail"}"#,
                "POST /v1/commits/{commit}/rejection": #"{"reason":"no"}"#,
                "PUT /v1/nodes/{node}/tags": #"{"tags":["web"]}"#,
            ]
            func state() async throws -> [String] {
                let tags = try await bench.store.tags().map { "\($0)" }
                let nodes = try await bench.store.nodes().map { "\($0.name) \($0.tags)" }
                let pauses = try await bench.store.pauses().map { "\($0)" }
                let queue = try await bench.store.queue(node: nil).map { "\($0)" }
                return tags + nodes + pauses + queue
            }
            let before = try await state()
            for endpoint in bench.routes.endpoints where endpoint.method != .get {
                let route = "\(endpoint.method) \(endpoint.path)"
                if case .nothing = endpoint.effect {
                    #expect(endpoint.path == "/v1/contents/{digest}", "\(route) says that it changes nothing")
                    continue
                }
                var body = "{}"
                if case .tagsOfRequest = endpoint.effect { body = try #require(bodies[route], "\(route)") }
                let path = bench.path(endpoint, node: "mail1").replacing("/tags/web", with: "/tags/mail")
                    .replacing("/commits/01890000", with: "/commits/\(commit.id)")
                let answer = try await client.send(endpoint.method, path, as: token, json: body)
                #expect(try answer.refusal().code == .forbidden, "\(route)")
                let newest = try await bench.store.audit(AuditFilter(), before: nil, limit: 1)
                #expect(newest.first?.action == endpoint.action)
                #expect(newest.first?.principal == "eve")
                #expect(newest.first?.outcome == "forbidden")
            }
            #expect(try await state() == before)
        }
    }

    @Test("every route that reads is open to a scope of tags as to the role")
    func reading() async throws {
        try await Self.withTags { bench, client, token in
            for endpoint in bench.routes.endpoints where endpoint.method == .get {
                let path = bench.path(endpoint)
                let scoped = try await client.send(.get, path, as: token).status
                let role = try await client.send(.get, path, as: bench.token(.reviewer)).status
                #expect(scoped == role, "\(endpoint.path)")
            }
        }
    }

    @Test("the refusal names the tags of the scope, what was asked for and the way out")
    func message() async throws {
        try await Self.withTags { _, client, token in
            let answer = try await client.send(.post, "/v1/tags/mail/revisions", as: token, json: Self.entry)
            let expected =
                "the token 'bob' was made to change web alone, and not mail; it takes one without --tag, or with others"
            #expect(try answer.refusal().message == expected)
            let all = try await client.send(.delete, "/v1/pauses", as: token)
            #expect(try all.status == 403 && all.refusal().message.contains("not all tags at once"))
        }
    }

    @Test("changes are decided for nodes that have a tag of the scope, and taken into such tags alone")
    func decisions() async throws {
        try await Self.withTags { bench, client, token in
            let web = try await bench.upload("/etc/a", from: nil, to: "a", by: bench.web, through: client)
            let mail = try await bench.upload("/etc/a", from: nil, to: "b", by: bench.mail, through: client)
            let refused: [(FeedbackCommit, String, String)] = [
                (web, "approval", "{}"), (web, "approval", #"{"into":"mail"}"#),
                (mail, "approval", #"{"into":"web"}"#), (mail, "approval", "{}"),
                (mail, "rejection", #"{"reason":"no"}"#),
            ]
            for (commit, what, body) in refused {
                let path = "/v1/commits/\(commit.id)/\(what)"
                let answer = try await client.send(.post, path, as: token, json: body)
                #expect(try answer.refusal().code == .forbidden, "\(commit.node) \(what) \(body)")
            }
            #expect(Set(try await bench.store.queue(node: nil).map(\.id)) == [web.id, mail.id])
            let path = "/v1/commits/\(web.id)/approval"
            let taken = try await client.send(.post, path, as: token, json: #"{"into":"web"}"#)
            #expect(try taken.value(ApprovalResult.self).revision?.tag == TagName("web"))
            let second = try await bench.upload(
                "/etc/b",
                from: nil,
                to: "c",
                by: bench.web,
                sequence: 2,
                through: client
            )
            let rejection = "/v1/commits/\(second.id)/rejection"
            let rejected = try await client.send(.post, rejection, as: token, json: #"{"reason":"no"}"#)
            #expect(rejected.status == 200)
        }
    }

    @Test("the own tag of a node in the scope lets its tags be included there, and moves no others")
    func inclusion() async throws {
        try await Self.withTags { bench, client, narrow in
            for name in ["web2", "base"] {
                try await bench.store.createTag(TagName(name), by: "root", at: Bench.start)
            }
            let included = try ["base", "web", "mail"].map { try TagName($0) }
            try await bench.store.include(included, in: bench.web.id, by: "root", at: Bench.start)
            let scope = TokenScope(tags: try ["web", "web2", "node:web1"].map { try TagName($0) })
            let wide = try await bench.token(.reviewer, "carol", scope)
            let rows: [(String, String, Int)] = [
                (narrow, "base web2 web mail", 403), (wide, "base mail", 200), (wide, "web2 base mail", 200),
                (wide, "mail base", 403), (wide, "web base", 403), (wide, "base mail web2 web", 200),
            ]
            for (token, list, status) in rows {
                let before = try await bench.store.node("web1").tags
                let tags = try list.split(separator: " ").map { try TagName(String($0)) }
                let request = IncludeTags(tags: tags)
                let answer = try await client.send(.put, "/v1/nodes/web1/tags", as: token, request)
                #expect(answer.status == status, "\(list)")
                #expect(try await bench.store.node("web1").tags == (status == 200 ? tags : before))
            }
            let foreign = IncludeTags(tags: [try TagName("web"), try TagName("mail")])
            let answer = try await client.send(.put, "/v1/nodes/mail1/tags", as: wide, foreign)
            #expect(try answer.refusal().code == .forbidden)
        }
    }

    @Test("whose token it is tells its scope")
    func whoami() async throws {
        try await Self.withTags { _, client, token in
            let answer = try await client.send(.get, "/v1/whoami", as: token)
            #expect(
                String(decoding: answer.body, as: UTF8.self)
                    == #"{"name":"bob","role":"reviewer","scope":{"tags":["web"]}}"#
            )
        }
    }
}
