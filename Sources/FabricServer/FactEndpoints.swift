import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import NIOCore
import ServerStore

/// What nodes are: reported by each, asked for by people and tools.
struct FactEndpoints: Sendable {
    let fabric: Fabric

    var all: [Endpoint] {
        [
            Endpoint(.put, "/v1/nodes/{node}/facts", .ownNode, answer: report),
            Endpoint(.get, "/v1/nodes/{node}/facts", .ownNodeOrReading, answer: show),
            Endpoint(.get, "/v1/facts/find", .reading, answer: find),
        ]
    }

    private func report(_ call: Call) async throws -> Response {
        let body = try await call.body(limit: APILimits.facts, of: "a report of facts")
        let report = try await Call.processed(body.readableBytes) {
            try FactReport(json: body.readableBytesView)
        }
        try await fabric.store.report(report, from: fabric.node(of: call).id, at: fabric.now())
        return .done
    }

    private func show(_ call: Call) async throws -> Response {
        let query = try Query(of: call.request, allowed: ["path", "at"])
        let path = try query["path"]
            .map { text in
                try Fabric.check(text, "path", limit: APILimits.factQuery)
                return try FactPath(text)
            }
        let at = try query["at"].map { try Timestamp($0) }
        let facts = try await fabric.store.facts(of: fabric.node(of: call).id, at: at)
        return .json(ByteBuffer(bytes: path.map { facts.below($0).json } ?? facts.json))
    }

    private func find(_ call: Call) async throws -> Response {
        let query = try Query(of: call.request, allowed: ["query", "after", "limit"])
        guard let text = query["query"] else {
            throw APIError(
                .invalidRequest,
                "'query' says what to find, such as 'platform=debian'",
                subject: "query"
            )
        }
        try Fabric.check(text, "query", limit: APILimits.factQuery)
        let limit = try query.limit()
        let after = try query["after"].map { try NodeName($0) }
        let page = try await fabric.store.find(try FactQuery(text), after: after, limit: limit + 1)
            .page(limit)
        return try .json(FactFindings(nodes: page.rows, next: page.last?.node))
    }
}
