import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

@Suite struct NodeRouteTests {
    @Test("a node says how far it is what its tags say, and people see it")
    func convergence() async throws {
        try await Bench.run { bench, client in
            let path = "/v1/nodes/\(bench.web.id)/convergence"
            let etag = try await bench.store.configuration(of: bench.web.id).etag
            let failure = ConvergenceReport.Failure(key: try ResourceKey("package:a"), message: "no")
            var report = ConvergenceReport(configuration: etag, applies: true, failed: 1, failures: [failure])
            #expect(try await client.send(.put, path, as: bench.web, report).status == 204)
            #expect(try await client.send(.put, path, as: bench.mail, report).status == 403)
            let node = try await client.send(.get, "/v1/nodes/web1", as: bench.token(.reader))
                .value(NodeSummary.self)
            #expect(node.state == .failed)
            #expect(
                node.convergence == NodeConvergence(report: report, at: Bench.start, isCurrent: true)
            )
            report.failures = Array(repeating: failure, count: APILimits.failuresShown + 1)
            let answer = try await client.send(.put, path, as: bench.web, report)
            #expect(try answer.refusal().subject == "failures")
        }
    }

    @Test("nodes are listed by name, with the tags they include")
    func list() async throws {
        try await Bench.run { bench, client in
            let nodes = try await client.send(.get, "/v1/nodes", as: bench.token(.reader))
                .value(NodeList.self)
            #expect(nodes.nodes.map(\.name) == [bench.mail.name, bench.web.name])
        }
    }

    @Test("people name a node by name, id or abbreviation")
    func reference() async throws {
        try await Bench.run { bench, client in
            // The two ids are made at the same millisecond, so that their ends alone tell them apart.
            for reference in [bench.web.name.text, bench.web.id.text, bench.web.id.short] {
                let node = try await client.send(.get, "/v1/nodes/\(reference)", as: bench.token(.reader))
                    .value(NodeSummary.self)
                #expect(node.id == bench.web.id)
            }
        }
    }

    @Test("unknown nodes and abbreviations of several are refused")
    func unknownNode() async throws {
        try await Bench.run { bench, client in
            let reader = bench.token(.reader)
            let unknown = try await client.send(.get, "/v1/nodes/db1", as: reader)
            #expect(try unknown.refusal().code == .unknownNode)
            #expect(unknown.status == 404)
            let both = try await client.send(.get, "/v1/nodes/\(bench.web.id.text.prefix(8))", as: reader)
            #expect(try both.refusal().code == .ambiguousID)
            let escaped = try await client.send(.get, "/v1/nodes/%zz", as: reader)
            #expect(try escaped.refusal().code == .invalidRequest)
        }
    }

    @Test("included tags are replaced in order")
    func include() async throws {
        try await Bench.run { bench, client in
            let reviewer = bench.token(.reviewer)
            for name in ["a", "b"] {
                let made = try await client.send(
                    .post,
                    "/v1/tags",
                    as: reviewer,
                    json: "{\"name\":\"\(name)\"}"
                )
                #expect(made.status == 201)
            }
            for tags in [["b", "a"], ["a"], []] {
                let request = IncludeTags(tags: try tags.map(TagName.init(_:)))
                let answer = try await client.send(.put, "/v1/nodes/web1/tags", as: reviewer, request)
                #expect(try answer.value(NodeSummary.self).tags == request.tags)
            }
        }
    }

    @Test(
        "tags that do not exist, are named twice or are a node's own are refused",
        arguments: [
            (["nope"], APIError.Code.unknownTag), (["a", "a"], .invalidRequest), (["node:web1"], .unknownTag),
        ]
    )
    func includeRefused(tags: [String], code: APIError.Code) async throws {
        try await Bench.run { bench, client in
            let request = IncludeTags(tags: try tags.map(TagName.init(_:)))
            let answer = try await client.send(.put, "/v1/nodes/web1/tags", as: bench.token(.admin), request)
            #expect(try answer.refusal().code == code)
        }
    }

    @Test("a node that called is shown with the time")
    func contact() async throws {
        try await Bench.run { bench, client in
            #expect(try await bench.store.node("web1").lastContact == nil)
            _ = try await client.send(.get, "/v1/whoami", as: bench.web)
            #expect(try await bench.store.node("web1").lastContact == Bench.start)
            #expect(try await bench.store.node("mail1").lastContact == nil)
        }
    }
}
