import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

@Suite struct NodeRouteTests {
    @Test("a registered node gets a token that works, also when it registers again")
    func register() async throws {
        try await Bench.run { bench, client in
            let request = RegisterNode(
                id: .make(at: Sample.time),
                name: try NodeName("db1"),
                machineID: "0123456789abcdef0123456789abcdef",
                operatingSystem: "Debian GNU/Linux 12"
            )
            for role in [Role.enrol, .enrol, .admin] {
                let answer = try await client.send(.post, "/v1/nodes", as: bench.token(role), request)
                #expect(answer.status == 201)
                let credentials = try answer.value(NodeCredentials.self)
                #expect(credentials.node == request.id)
                let principal = try await client.send(.get, "/v1/whoami", as: credentials.token)
                    .value(Principal.self)
                #expect(principal == Principal(name: "db1", node: request.id))
            }
        }
    }

    @Test("an enrolment token registers one node, and none that is known already")
    func enrolment() async throws {
        try await Bench.run { bench, client in
            let known = RegisterNode(id: bench.web.id, name: bench.web.name)
            let taken = try await client.send(.post, "/v1/nodes", as: bench.token(.enrol), known)
            #expect(try taken.refusal().code == .alreadyRegistered)
            #expect(taken.status == 409)
            for (name, status) in [("db1", 201), ("db2", 403)] {
                let request = RegisterNode(id: .make(at: Sample.time), name: try NodeName(name))
                let answer = try await client.send(.post, "/v1/nodes", as: bench.token(.enrol), request)
                #expect(answer.status == status)
                if status != 201 { #expect(try answer.refusal().code == .tokenUsed) }
            }
            #expect(try await client.send(.get, "/v1/whoami", as: bench.web.token).status == 200)
        }
    }

    @Test("a node says how far it is what its tags say, and people see it")
    func convergence() async throws {
        try await Bench.run { bench, client in
            let path = "/v1/nodes/\(bench.web.id)/convergence"
            let etag = try await bench.store.configuration(of: bench.web.id).etag
            let failure = ConvergenceReport.Failure(key: try ResourceKey("package:a"), message: "no")
            var report = ConvergenceReport(configuration: etag, applies: true, failed: 1, failures: [failure])
            #expect(try await client.send(.put, path, as: bench.web.token, report).status == 204)
            #expect(try await client.send(.put, path, as: bench.mail.token, report).status == 403)
            let node = try await client.send(.get, "/v1/nodes/web1", as: bench.token(.reader))
                .value(NodeSummary.self)
            #expect(node.state == .failed)
            #expect(
                node.convergence == NodeConvergence(report: report, at: Bench.start, isCurrent: true)
            )
            report.failures = Array(repeating: failure, count: APILimits.failuresShown + 1)
            let answer = try await client.send(.put, path, as: bench.web.token, report)
            #expect(try answer.refusal().subject == "failures")
        }
    }

    @Test("a name that another node has is refused")
    func nameTaken() async throws {
        try await Bench.run { bench, client in
            let request = RegisterNode(id: .make(at: Sample.time), name: bench.web.name)
            let answer = try await client.send(.post, "/v1/nodes", as: bench.token(.enrol), request)
            #expect(try answer.refusal().code == .nameTaken)
            #expect(answer.status == 409)
        }
    }

    @Test(
        "a registration that does not fit is refused and stores nothing",
        arguments: [
            #"{"id":"x","name":"db1"}"#,
            #"{"id":"01890000-0000-7000-8000-000000000001","name":"DB 1"}"#,
            #"{"id":"01890000-0000-7000-8000-000000000001"}"#,
            #"{"id":"01890000-0000-7000-8000-000000000001","name":7}"#,
            #"{"id":"01890000-0000-7000-8000-000000000001","name":"db1","machineID":"\#(String(repeating: "a", count: 1025))"}"#,
            "", "[]", "{", "null",
        ]
    )
    func invalid(json: String) async throws {
        try await Bench.run { bench, client in
            let answer = try await client.send(.post, "/v1/nodes", as: bench.token(.admin), json: json)
            #expect(try answer.refusal().code == .invalidRequest)
            #expect(try await bench.store.nodes().count == 2)
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
            _ = try await client.send(.get, "/v1/whoami", as: bench.web.token)
            #expect(try await bench.store.node("web1").lastContact == Bench.start)
            #expect(try await bench.store.node("mail1").lastContact == nil)
        }
    }
}
