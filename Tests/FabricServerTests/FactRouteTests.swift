import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import FabricServer

@Suite struct FactRouteTests {
    private static let facts: FactValue = [
        "platform": "debian", "memory": ["total": "16304428kB"],
        "network": ["interfaces": ["eth0": ["addresses": ["192.0.2.2": ["family": "inet"]], "mtu": "1500"]]],
    ]

    private func report(_ bench: Bench, _ client: any TestClientProtocol) async throws {
        let path = "/v1/nodes/\(bench.web.id)/facts"
        let answer = try await client.send(
            .put,
            path,
            as: bench.web,
            bytes: FactReport(facts: Self.facts).json
        )
        try #require(answer.status == 204)
    }

    @Test("a node tells what it is, readers may ask, and nobody else may tell")
    func report() async throws {
        try await Bench.run { bench, client in
            let path = "/v1/nodes/\(bench.web.id)/facts"
            let body = FactReport(facts: Self.facts).json
            #expect(try await client.send(.put, path, as: bench.mail, bytes: body).status == 403)
            for token in [bench.token(.reader), bench.token(.admin), bench.token(.enrol)] {
                #expect(try await client.send(.put, path, as: token, bytes: body).status == 403)
            }
            #expect(try await client.send(.put, path, as: nil, bytes: body).status == 401)
            let early = try await client.send(.get, "/v1/nodes/web1/facts", as: bench.token(.reader))
            #expect(early.status == 404)
            #expect(try early.refusal().code == .unknownFacts)
            try await report(bench, client)
            for (token, status) in [
                (bench.token(.reader), 200), (bench.token(.reviewer), 200), (bench.token(.enrol), 403),
            ] {
                #expect(try await client.send(.get, "/v1/nodes/web1/facts", as: token).status == status)
            }
            #expect(try await client.send(.get, "/v1/nodes/web1/facts", as: bench.mail).status == 403)
            #expect(try await client.send(.get, path, as: bench.web).status == 200)
            let answer = try await client.send(.get, "/v1/nodes/web1/facts", as: bench.token(.reader))
            let expected = NodeFacts(
                node: bench.web.name,
                at: Bench.start,
                seenAt: Bench.start,
                digest: Self.facts.stableDigest,
                facts: Self.facts
            )
            #expect(try answer.value(NodeFacts.self) == expected)
        }
    }

    @Test(
        "a report that is none is refused and not stored",
        arguments: [
            ("", 400), ("{}", 400), ("[]", 400), (#"{"facts":{}}"#, 400),
            (#"{"facts":[],"digest":"x"}"#, 400),
            (#"{"facts":{},"digest":"sha256:12"}"#, 400), (#"{"facts":{"a":1,"a":2},"digest":"x"}"#, 400),
            (String(repeating: "[", count: 100_000), 400),
            (String(repeating: " ", count: APILimits.facts + 1), 413),
        ]
    )
    func refused(_ text: String, _ status: Int) async throws {
        try await Bench.run { bench, client in
            let path = "/v1/nodes/\(bench.web.id)/facts"
            let answer = try await client.send(.put, path, as: bench.web, json: text)
            #expect(answer.status == status)
            #expect(try answer.refusal().code == (status == 413 ? .bodyTooLarge : .invalidRequest))
            #expect(try await client.send(.get, path, as: bench.web).status == 404)
        }
    }

    @Test("a path picks facts, a time picks a report, and what is none of these is refused with its place")
    func parameters() async throws {
        try await Bench.run { bench, client in
            try await report(bench, client)
            func get(_ query: String) async throws -> Answer {
                try await client.send(.get, "/v1/nodes/web1/facts?\(query)", as: bench.token(.reader))
            }
            let part = try await get("path=network.interfaces.*.addresses.*.family").value(NodeFacts.self)
            #expect(
                part.facts.leaves().map(\.path) == ["network.interfaces.eth0.addresses.\"192.0.2.2\".family"]
            )
            #expect(try await get("path=nothing").value(NodeFacts.self).facts == [:])
            #expect(try await get("at=\(Bench.start)").status == 200)
            #expect(try await get("at=2020-01-01T00:00:00Z").status == 404)
            #expect(try await get("at=yesterday").status == 400)
            let error = try await get("path=a..b").refusal()
            #expect(error.code == .invalidRequest && error.message.contains("at character 3"))
            #expect(try await get("path=\(String(repeating: "a", count: 5000))").status == 400)
            #expect(try await get("where=a").status == 400)
        }
    }

    @Test("nodes are found by what they are")
    func find() async throws {
        try await Bench.run { bench, client in
            try await report(bench, client)
            func find(_ query: String, _ token: String) async throws -> Answer {
                try await client.send(.get, "/v1/facts/find?\(query)", as: token)
            }
            let reader = bench.token(.reader)
            let found = try await find("query=memory.total%3E%3D16GB%20and%20platform", reader)
                .value(FactFindings.self)
            #expect(found.nodes.map(\.node) == [bench.web.name])
            #expect(found.nodes.first?.facts.map(\.path) == ["memory.total", "platform"])
            #expect(found.next == nil)
            #expect(
                try await find("query=memory.total%3E64GB", reader).value(FactFindings.self).nodes.isEmpty
            )
            #expect(
                try await find("query=platform&after=web1", reader).value(FactFindings.self).nodes.isEmpty
            )
            let error = try await find("query=platform%3D", reader).refusal()
            #expect(error.code == .invalidRequest && error.subject == "platform=")
            #expect(error.message.contains("at character 10"))
            #expect(try await find("", reader).refusal().subject == "query")
            #expect(
                try await client.send(.get, "/v1/facts/find?query=platform", as: bench.web).status == 403
            )
            #expect(try await find("query=platform", bench.token(.enrol)).status == 403)
        }
    }
}
