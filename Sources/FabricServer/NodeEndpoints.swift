import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import ServerStore

/// The fleet as people see it.
struct NodeEndpoints: Sendable {
    let fabric: Fabric

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/nodes", .reading, answer: list),
            Endpoint(.get, "/v1/nodes/{node}", .ownNodeOrReading, answer: show),
            Endpoint(.put, "/v1/nodes/{node}/tags", .reviewing, changing: .tagsOfRequest, answer: include),
            Endpoint(.put, "/v1/nodes/{node}/convergence", .ownNode, answer: report),
        ]
    }

    private func list(_ call: Call) async throws -> Response {
        let query = try Query(of: call.request, allowed: ["after", "limit"])
        let limit = try query.limit()
        let after = try query["after"].map { try NodeName($0) }
        let page = try await fabric.store.nodes(after: after, limit: limit + 1).page(limit)
        return try .json(NodeList(nodes: page.rows, next: page.last?.name))
    }

    private func show(_ call: Call) async throws -> Response {
        try await .json(fabric.store.node(call.part("node")))
    }

    private func report(_ call: Call) async throws -> Response {
        let report = try await call.decode(ConvergenceReport.self)
        guard report.failures.count <= APILimits.failuresShown else {
            throw APIError(
                .invalidRequest,
                "'failures' may have at most \(APILimits.failuresShown) items",
                subject: "failures"
            )
        }
        try Fabric.check(report.configuration, "configuration", limit: APILimits.message)
        for failure in report.failures {
            try Fabric.check(failure.message, "message", limit: APILimits.message)
        }
        try await fabric.store.report(report, from: fabric.node(of: call).id, at: fabric.now())
        return .done
    }

    private func include(_ call: Call) async throws -> Response {
        let request = try await call.decode(IncludeTags.self)
        guard Set(request.tags).count == request.tags.count else {
            throw APIError(.invalidRequest, "'tags' names each tag once", subject: "tags")
        }
        let node = try await fabric.node(of: call)
        if let principal = call.principal, principal.scope?.tags != nil {
            try principal.checkScope(including: request.tags, in: try await fabric.store.node(node.id.text))
        }
        try await fabric.store.include(request.tags, in: node.id, by: call.author, at: fabric.now())
        fabric.watch.wake([node.name])
        return try await .json(fabric.store.node(node.id.text))
    }
}
