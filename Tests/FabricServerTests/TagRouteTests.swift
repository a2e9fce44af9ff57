import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

@Suite struct TagRouteTests {
    private let absent =
        #"{"items":[{"key":"package:telnetd","entry":{"absent":true}}],"message":"no telnet"}"#
    private let unset = #"{"items":[{"key":"package:telnetd"}],"message":"leave it"}"#

    @Test("a tag is made, shown, listed and retired")
    func life() async throws {
        try await Bench.run { bench, client in
            let reviewer = bench.token(.reviewer)
            let made = try await client.send(.post, "/v1/tags", as: reviewer, json: #"{"name":"web"}"#)
            #expect(made.status == 201)
            #expect(try made.value(TagSummary.self).revision == 0)
            let twice = try await client.send(.post, "/v1/tags", as: reviewer, json: #"{"name":"web"}"#)
            #expect(try twice.refusal().code == .nameTaken)
            let tags = try await client.send(.get, "/v1/tags", as: reviewer).value(TagList.self).tags
            #expect(tags.map(\.name.text) == ["node:mail1", "node:web1", "web"])
            #expect(try await client.send(.delete, "/v1/tags/web", as: reviewer).status == 204)
            let gone = try await client.send(.get, "/v1/tags/web", as: reviewer)
            #expect(try gone.refusal().code == .unknownTag)
        }
    }

    @Test(
        "an own tag is reached by its name, escaped or not",
        arguments: ["node:web1", "node%3Aweb1", "node%3aweb1"]
    )
    func ownTag(name: String) async throws {
        try await Bench.run { bench, client in
            let tag = try await client.send(.get, "/v1/tags/\(name)", as: bench.token(.reader))
                .value(TagDetail.self)
            #expect(tag.tag.nodes == [bench.web.name])
        }
    }

    @Test(
        "names that no tag can have are refused",
        arguments: ["Web", "web server", "", "-web", "node", "a/b", "é", String(repeating: "a", count: 64)]
    )
    func invalidName(name: String) async throws {
        try await Bench.run { bench, client in
            let answer = try await client.send(.post, "/v1/tags", as: bench.token(.admin), ["name": name])
            let error = try answer.refusal()
            #expect(error.code == .invalidRequest)
            #expect(error.message.contains("a tag's name"))
        }
    }

    @Test("a dry run of an edit says what it would do, and does nothing")
    func dryRun() async throws {
        try await Bench.run { bench, client in
            let admin = bench.token(.admin)
            _ = try await client.send(.post, "/v1/tags", as: admin, json: #"{"name":"web"}"#)
            _ = try await client.send(.put, "/v1/nodes/web1/tags", as: admin, json: #"{"tags":["web"]}"#)
            let json = #"{"dryRun":true,"items":[{"key":"package:a","entry":{"absent":true}}],"message":"x"}"#
            let plan = try await client.send(.post, "/v1/tags/web/revisions", as: admin, json: json)
                .value(EditPlan.self)
            #expect(plan.nodes == [bench.web.name] && plan.items.count == 1)
            #expect(try await bench.store.tag(TagName("web")).tag.revision == 0)
        }
    }

    @Test("an included tag is not retired")
    func inUse() async throws {
        try await Bench.run { bench, client in
            let admin = bench.token(.admin)
            _ = try await client.send(.post, "/v1/tags", as: admin, json: #"{"name":"web"}"#)
            _ = try await client.send(.put, "/v1/nodes/web1/tags", as: admin, json: #"{"tags":["web"]}"#)
            let answer = try await client.send(.delete, "/v1/tags/web", as: admin)
            #expect(try answer.refusal().code == .tagInUse)
            #expect(answer.status == 409)
        }
    }

    @Test("an edit makes a revision, and one that changes nothing answers with nothing")
    func edit() async throws {
        try await Bench.run { bench, client in
            let reviewer = bench.token(.reviewer)
            _ = try await client.send(.post, "/v1/tags", as: reviewer, json: #"{"name":"web"}"#)
            let path = "/v1/tags/web/revisions"
            let first = try await client.send(.post, path, as: reviewer, json: absent).value(Revision.self)
            #expect(first.number == 1)
            #expect(first.author == "reviewer-person")
            #expect(first.items.map(\.after) == [.absent])
            let again = try await client.send(.post, path, as: reviewer, json: absent)
            #expect(again.status == 204)
            #expect(again.body.isEmpty)
            let second = try await client.send(.post, path, as: reviewer, json: unset).value(Revision.self)
            #expect(second.items.map(\.after) == [nil])
        }
    }

    @Test(
        "an edit that does not fit is refused",
        arguments: [
            #"{"items":[],"message":"x"}"#,
            #"{"items":[{"key":"package:a","entry":{"package":"1.2"}}],"message":"x"}"#,
            #"{"items":[{"key":"file:a","entry":{"absent":true}}],"message":"x"}"#,
            #"{"items":[{"key":"package:a","entry":{}}],"message":"x"}"#,
            #"{"items":[{"key":"package:a","entry":{"absent":true}}]}"#,
            #"{"items":[{"key":"package:a","entry":{"package":"any"},"flags":{"restart":["a"],"reload":[]}}],"message":"x"}"#,
            #"{"items":[{"key":"package:a","keepsEntry":true,"flags":{"restart":[],"reload":[]}}],"message":"x"}"#,
            #"{"items":[{"key":"user:a","entry":{"user":{"shell":"/bin/\\q"}}}],"message":"x"}"#,
            #"{"items":[{"key":"user:a","entry":{"user":{"joins":["a:b"]}}}],"message":"x"}"#,
            #"{"items":[{"key":"group:a","entry":{"group":{"leaves":[""]}}}],"message":"x"}"#,
            #"{"items":[{"key":"service:a.service","entry":{"service":{"isMasked":false,"links":["\\q"]}}}],"message":"x"}"#,
        ]
    )
    func invalidEdit(json: String) async throws {
        try await Bench.run { bench, client in
            let reviewer = bench.token(.reviewer)
            _ = try await client.send(.post, "/v1/tags", as: reviewer, json: #"{"name":"web"}"#)
            let answer = try await client.send(.post, "/v1/tags/web/revisions", as: reviewer, json: json)
            #expect(try answer.refusal().code == .invalidRequest)
            #expect(try await bench.store.tag(TagName("web")).tag.revision == 0)
        }
    }

    @Test("the history is read page by page, newest first")
    func history() async throws {
        try await Bench.run { bench, client in
            let reviewer = bench.token(.reviewer)
            let path = "/v1/tags/web/revisions"
            _ = try await client.send(.post, "/v1/tags", as: reviewer, json: #"{"name":"web"}"#)
            for text in [absent, unset, absent] {
                _ = try await client.send(.post, path, as: reviewer, json: text)
            }
            for (query, numbers) in [("", [3, 2, 1]), ("?limit=2", [3, 2]), ("?before=2&limit=2", [1])] {
                let page = try await client.send(.get, path + query, as: reviewer).value(RevisionList.self)
                #expect(page.revisions.map(\.number) == numbers.map(Int64.init))
            }
            for query in [
                "?limit=0", "?limit=501", "?limit=x", "?before=0", "?before=-1", "?limit=1&limit=2", "?a=1",
            ] {
                let answer = try await client.send(.get, path + query, as: reviewer)
                #expect(try answer.refusal().code == .invalidRequest, "\(query)")
            }
            let unknown = try await client.send(.get, "/v1/tags/nope/revisions", as: reviewer)
            #expect(try unknown.refusal().code == .unknownTag)
        }
    }

    @Test("a reversal says what it would do, does it, and refuses unknown revisions")
    func reversal() async throws {
        try await Bench.run { bench, client in
            let reviewer = bench.token(.reviewer)
            let path = "/v1/tags/web/revisions"
            _ = try await client.send(.post, "/v1/tags", as: reviewer, json: #"{"name":"web"}"#)
            _ = try await client.send(.put, "/v1/nodes/web1/tags", as: reviewer, json: #"{"tags":["web"]}"#)
            _ = try await client.send(.post, path, as: reviewer, json: absent)
            let plan =
                try await client.send(.post, "\(path)/1/reversal", as: reviewer, Reversal(dryRun: true))
                .value(ReversalResult.self)
            #expect(plan.revision == nil)
            #expect(plan.nodes == [bench.web.name])
            let done = try await client.send(.post, "\(path)/1/reversal", as: reviewer, Reversal())
                .value(ReversalResult.self)
            #expect(done.revision?.reverts == 1)
            for (number, code) in [
                ("9", APIError.Code.unknownRevision), ("0", .invalidRequest), ("x", .invalidRequest),
            ] {
                let answer = try await client.send(
                    .post,
                    "\(path)/\(number)/reversal",
                    as: reviewer,
                    Reversal()
                )
                #expect(try answer.refusal().code == code)
            }
        }
    }

    @Test("an explanation shows each layer")
    func explanation() async throws {
        try await Bench.run { bench, client in
            let admin = bench.token(.admin)
            _ = try await client.send(.post, "/v1/tags", as: admin, json: #"{"name":"web"}"#)
            _ = try await client.send(.put, "/v1/nodes/web1/tags", as: admin, json: #"{"tags":["web"]}"#)
            _ = try await client.send(.post, "/v1/tags/web/revisions", as: admin, json: absent)
            let path = "/v1/nodes/web1/explanation"
            let answer = try await client.send(.get, "\(path)?resource=package%3Atelnetd", as: admin)
                .value(Explanation.self)
            #expect(answer.layers.map(\.tag.text) == ["node:web1", "web"])
            #expect(answer.layers.map(\.wins) == [false, true])
            for query in ["", "?resource=", "?resource=telnetd", "?resource=file:/etc/../x", "?resource=%ff"]
            {
                let refused = try await client.send(.get, path + query, as: admin)
                #expect(try refused.refusal().code == .invalidRequest, "\(query)")
            }
        }
    }

    @Test("a content that holds a secret, and one for a path that is secret, do not get into a tag")
    func secrets() async throws {
        try await Bench.run { bench, client in
            let admin = bench.token(.admin)
            // An invented hash of an invented account.
            let secret = Array("ann:$6$saltsalt$\(String(repeating: "Qx7/", count: 21))ab:20000::::::\n".utf8)
            let digest = ContentDigest.sha256(secret)
            let refused = try await client.send(.put, "/v1/contents/\(digest)", as: admin, bytes: secret)
            let error = try refused.refusal()
            #expect(error.code == .secretContent)
            #expect(error.message.contains("'password-hash'"))
            let stored = try await client.send(.get, "/v1/contents/\(digest)", as: admin)
            #expect(try stored.refusal().code == .unknownContent)

            let plain = Array("nothing to hide\n".utf8)
            let held = ContentDigest.sha256(plain)
            #expect(
                try await client.send(.put, "/v1/contents/\(held)", as: admin, bytes: plain).status == 204
            )
            let file = FileState(
                type: .regular,
                mode: 0o600,
                owner: AccountReference(name: "root", id: 0),
                group: AccountReference(name: "root", id: 0),
                content: FileContent(digest: held, size: UInt64(plain.count))
            )
            for (path, status) in [("/etc/shadow", 422), ("/etc/motd", 200)] {
                let edit = EditTag(
                    items: [.init(key: try ResourceKey("file:\(path)"), entry: .file(file))],
                    message: "set"
                )
                let answer = try await client.send(.post, "/v1/tags/node:web1/revisions", as: admin, edit)
                #expect(answer.status == status, "\(path)")
            }
        }
    }
}
