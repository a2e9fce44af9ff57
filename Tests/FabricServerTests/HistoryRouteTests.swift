import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

@Suite struct HistoryRouteTests {
    @Test("the chain of one tag, or of all page by page, is verified")
    func verification() async throws {
        try await Bench.run { bench, client in
            let reader = bench.token(.reader)
            let web = try TagName("web")
            try await bench.store.createTag(web, by: "alice", at: Bench.start)
            let edit = EditTag(
                items: [.init(key: try ResourceKey("package:a"), entry: .absent)],
                message: "m"
            )
            let revision = try await bench.store.edit(web, edit, by: "alice", at: Bench.start)
            let one = try await client.send(.get, "/v1/verification?tag=web", as: reader)
                .value(VerificationList.self)
            #expect(one.tags == [TagVerification(tag: web, revisions: 1, head: revision?.digest)])
            let first = try await client.send(.get, "/v1/verification?limit=2", as: reader)
                .value(VerificationList.self)
            #expect(first.tags.map(\.tag.text) == ["node:mail1", "node:web1"])
            #expect(first.next?.text == "node:web1")
            let rest = try await client.send(.get, "/v1/verification?after=node:web1", as: reader)
                .value(VerificationList.self)
            #expect(rest.tags == one.tags && rest.next == nil)
            for query in ["limit=0", "limit=51", "tag=web&limit=1", "tag=Web", "x=1"] {
                let answer = try await client.send(.get, "/v1/verification?\(query)", as: reader)
                #expect(try answer.refusal().code == .invalidRequest, "\(query)")
            }
            let unknown = try await client.send(.get, "/v1/verification?tag=nope", as: reader)
            #expect(try unknown.refusal().code == .unknownTag)
        }
    }

    /// Makes the tag web, which web1 includes, with two revisions.
    private func prepare(_ bench: Bench) async throws -> TagName {
        let web = try TagName("web")
        try await bench.store.createTag(web, by: "alice", at: Bench.start)
        try await bench.store.include([web], in: bench.web.id, by: "alice", at: Bench.start)
        for (name, second) in [("a", 10.0), ("b", 20.0)] {
            let edit = EditTag(
                items: [.init(key: try ResourceKey("package:\(name)"), entry: .absent)],
                message: "m"
            )
            let at = Bench.start.adding(seconds: second)
            _ = try await bench.store.edit(web, edit, by: "alice", at: at)
        }
        return web
    }

    @Test("a tag's state is told by revision and by time, and the difference of two revisions")
    func states() async throws {
        try await Bench.run { bench, client in
            let reader = bench.token(.reader)
            let web = try await prepare(bench)
            let between = Bench.start.adding(seconds: 15)
            for (query, keys) in [
                ("revision=0", []), ("revision=1", ["package:a"]), ("at=\(between)", ["package:a"]),
                ("revision=2", ["package:a", "package:b"]),
            ] {
                let state = try await client.send(.get, "/v1/tags/web/state?\(query)", as: reader)
                    .value(TagState.self)
                #expect(state.entries.map(\.key.description) == keys, "\(query)")
            }
            let path = "/v1/tags/web/difference"
            for query in ["from=1", "from=1&to=2"] {
                let difference = try await client.send(.get, "\(path)?\(query)", as: reader)
                    .value(TagDifference.self)
                let item = Revision.Item(key: try ResourceKey("package:b"), before: nil, after: .absent)
                #expect(difference == TagDifference(tag: web, from: 1, to: 2, items: [item]))
            }
            for query in [
                "state", "state?revision=1&at=\(between)", "state?at=yesterday", "state?revision=x",
                "difference", "difference?to=1", "difference?from=-1",
            ] {
                let answer = try await client.send(.get, "/v1/tags/web/\(query)", as: reader)
                #expect(try answer.refusal().code == .invalidRequest, "\(query)")
            }
            let unknown = try await client.send(.get, "/v1/tags/web/state?revision=3", as: reader)
            #expect(try unknown.refusal().code == .unknownRevision)
        }
    }

    @Test("an explanation tells of an earlier time, and not of one before the node was there")
    func earlierExplanation() async throws {
        try await Bench.run { bench, client in
            _ = try await prepare(bench)
            func explain(_ second: Double) async throws -> Answer {
                let time = Bench.start.adding(seconds: second)
                let path = "/v1/nodes/web1/explanation?resource=package:b&at=\(time)"
                return try await client.send(.get, path, as: bench.token(.reader))
            }
            #expect(try await explain(19).value(Explanation.self).layers.map(\.wins) == [false, false])
            #expect(try await explain(20).value(Explanation.self).layers.map(\.wins) == [false, true])
            #expect(try await explain(-1).refusal().code == .unknownNode)
        }
    }

    @Test("single resources of a revision are put back by name, and an empty list is a mistake")
    func partialRevert() async throws {
        try await Bench.run { bench, client in
            _ = try await prepare(bench)
            let path = "/v1/tags/web/revisions/2/reversal"
            func revert(_ resources: String) async throws -> Answer {
                let json = #"{"remove":false,"dryRun":false,"resources":[\#(resources)]}"#
                return try await client.send(.post, path, as: bench.token(.reviewer), json: json)
            }
            #expect(try await revert("").refusal().code == .invalidRequest)
            #expect(try await revert(#""package:a""#).refusal().code == .unknownChange)
            let result = try await revert(#""package:b""#).value(ReversalResult.self)
            #expect(result.items.map(\.key.description) == ["package:b"])
        }
    }
}
