import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import FabricServer

/// Every route against everybody who may not call it; the routes come from the server's own table.
@Suite struct AccessTests {
    @Test("without a token or certificate every route is refused, but those that are for everybody")
    func noToken() async throws {
        try await Bench.run { bench, client in
            for endpoint in bench.routes.endpoints {
                let answer = try await client.send(endpoint.method, bench.path(endpoint), as: nil)
                guard !Self.open.contains(endpoint.path) else {
                    #expect(answer.status == 200)
                    continue
                }
                // Without a token a machine asks to be a node; what it sends here is no question.
                guard endpoint.path != "/v1/nodes" || endpoint.method != .post else {
                    #expect(try answer.refusal().code == .invalidRequest)
                    continue
                }
                #expect(try answer.refusal().code == .unauthenticated, "\(endpoint.path)")
                #expect(answer.headers[.wwwAuthenticate] == "Bearer")
            }
        }
    }

    @Test(
        "a token that is not known, or not sent as one, is refused",
        arguments: [
            "Bearer weft_0", "Bearer ", "Bearer", "Basic YTpi", "",
            "Bearer " + String(repeating: "a", count: 600),
        ]
    )
    func unknownToken(header: String) async throws {
        try await Bench.run { _, client in
            let answer = try await client.send(.get, "/v1/whoami", as: nil, headers: [.authorization: header])
            #expect(try answer.refusal().code == .unauthenticated)
            #expect(!String(decoding: answer.body, as: UTF8.self).contains("weft_0"))
        }
    }

    @Test("each route admits the roles of this table and refuses the others")
    func roles() async throws {
        try await Bench.run { bench, client in
            for endpoint in bench.routes.endpoints where !Self.open.contains(endpoint.path) {
                let expected = try #require(
                    Self.allowed["\(endpoint.method) \(endpoint.path)"],
                    "\(endpoint.path)"
                )
                for role in Role.allCases {
                    let answer = try await client.send(
                        endpoint.method,
                        bench.path(endpoint),
                        as: bench.token(role)
                    )
                    let isRefused = answer.status == 403
                    #expect(
                        isRefused != expected.contains(role),
                        "\(role) \(endpoint.method) \(endpoint.path)"
                    )
                    if isRefused { #expect(try answer.refusal().code == .forbidden) }
                }
            }
        }
    }

    @Test("a node's certificate is good for its own routes and no others")
    func nodes() async throws {
        try await Bench.run { bench, client in
            for endpoint in bench.routes.endpoints where !Self.open.contains(endpoint.path) {
                let isNodes = Self.nodeRoutes.contains("\(endpoint.method) \(endpoint.path)")
                let own = try await client.send(endpoint.method, bench.path(endpoint), as: bench.web)
                let isEverybodys =
                    endpoint.path == "/v1/whoami" || endpoint.method == .post && endpoint.path == "/v1/nodes"
                #expect((own.status == 403) != (isNodes || isEverybodys), "\(endpoint.path)")
                guard endpoint.path.contains("{node}") else { continue }
                let path = bench.path(endpoint, node: bench.mail.id.text)
                let other = try await client.send(endpoint.method, path, as: bench.web)
                #expect(try other.refusal().code == .forbidden, "\(endpoint.path)")
                let named = bench.path(endpoint, node: "web1")
                let byName = try await client.send(endpoint.method, named, as: bench.web)
                #expect(try byName.refusal().code == .forbidden, "a node names itself by its id")
            }
        }
    }

    private static let open: Set<String> = ["/healthz", "/v1/authority"]
    private static let readers: Set<Role> = [.reader, .reviewer, .admin]
    private static let reviewers: Set<Role> = [.reviewer, .admin]

    private static let allowed: [String: Set<Role>] = [
        "GET /v1/whoami": Set(Role.allCases),
        "POST /v1/nodes": [.enrol, .admin],
        "GET /v1/nodes": readers,
        "GET /v1/commits/{commit}/clashes": readers,
        "PUT /v1/nodes/{node}/facts": [],
        "GET /v1/nodes/{node}/facts": readers,
        "GET /v1/facts/find": readers,
        "GET /v1/nodes/{node}": readers,
        "PUT /v1/nodes/{node}/tags": reviewers,
        "POST /v1/nodes/{node}/certificate": [],
        "POST /v1/nodes/{node}/revocation": [.admin],
        "GET /v1/candidates": readers,
        "POST /v1/candidates/{node}/acceptance": [.admin],
        "DELETE /v1/candidates/{node}": [.admin],
        "POST /v1/nodes/{node}/handshake": [],
        "POST /v1/nodes/{node}/contents/missing": [],
        "PUT /v1/nodes/{node}/contents/{digest}": [],
        "GET /v1/nodes/{node}/contents/{digest}": [],
        "GET /v1/nodes/{node}/redactions": [],
        "POST /v1/nodes/{node}/commits": [],
        "GET /v1/nodes/{node}/configuration": readers,
        "GET /v1/nodes/{node}/decisions": readers,
        "GET /v1/nodes/{node}/explanation": readers,
        "PUT /v1/nodes/{node}/convergence": [],
        "PUT /v1/nodes/{node}/slots": [],
        "POST /v1/nodes/{node}/slots": [],
        "GET /v1/queue": readers,
        "GET /v1/commits/{commit}": readers,
        "POST /v1/commits/{commit}/approval": reviewers,
        "POST /v1/commits/{commit}/rejection": reviewers,
        "GET /v1/contents/{digest}": reviewers,
        "PUT /v1/contents/{digest}": reviewers,
        "GET /v1/pauses": readers,
        "POST /v1/pauses": reviewers,
        "DELETE /v1/pauses": reviewers,
        "GET /v1/audit": reviewers,
        "GET /v1/verification": readers,
        "GET /v1/changes": readers,
        "GET /v1/export/prometheus-sd": readers,
        "GET /v1/export/ansible": readers,
        "GET /metrics": readers,
        "GET /v1/webhooks": [.admin],
        "POST /v1/webhooks": [.admin],
        "DELETE /v1/webhooks/{webhook}": [.admin],
        "POST /v1/webhooks/{webhook}/test": [.admin],
        "GET /v1/tags/{tag}/state": readers,
        "GET /v1/tags/{tag}/difference": readers,
        "GET /v1/tags": readers,
        "POST /v1/tags": reviewers,
        "GET /v1/tags/{tag}": readers,
        "DELETE /v1/tags/{tag}": reviewers,
        "PUT /v1/tags/{tag}/limit": reviewers,
        "GET /v1/tags/{tag}/revisions": readers,
        "POST /v1/tags/{tag}/revisions": reviewers,
        "POST /v1/tags/{tag}/revisions/{number}/reversal": reviewers,
    ]

    private static let nodeRoutes: Set<String> = [
        "PUT /v1/nodes/{node}/facts", "GET /v1/nodes/{node}/facts",
        "GET /v1/nodes/{node}",
        "POST /v1/nodes/{node}/certificate",
        "POST /v1/nodes/{node}/handshake",
        "POST /v1/nodes/{node}/contents/missing",
        "PUT /v1/nodes/{node}/contents/{digest}",
        "GET /v1/nodes/{node}/contents/{digest}",
        "GET /v1/nodes/{node}/redactions",
        "POST /v1/nodes/{node}/commits",
        "GET /v1/nodes/{node}/configuration",
        "GET /v1/nodes/{node}/decisions",
        "GET /v1/nodes/{node}/explanation",
        "PUT /v1/nodes/{node}/convergence",
        "PUT /v1/nodes/{node}/slots",
        "POST /v1/nodes/{node}/slots",
    ]
}

extension Bench {
    /// A path of the route with something in each place.
    func path(_ endpoint: Endpoint, node: String? = nil) -> String {
        let values = [
            "{node}": node ?? web.id.text, "{digest}": ContentDigest.sha256([]).text,
            "{commit}": "01890000", "{tag}": "web", "{number}": "1", "{webhook}": "1",
        ]
        return values.reduce(endpoint.path) { path, value in
            path.split(separator: "/", omittingEmptySubsequences: false)
                .map { $0 == value.key ? Substring(value.value) : $0 }.joined(separator: "/")
        }
    }
}
