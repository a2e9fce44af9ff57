import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import ServerStore

/// The audit log.
struct AuditEndpoints: Sendable {
    let fabric: Fabric

    var all: [Endpoint] {
        [Endpoint(.get, "/v1/audit", .reviewing, answer: list)]
    }

    private func list(_ call: Call) async throws -> Response {
        let query = try Query(
            of: call.request,
            allowed: ["principal", "action", "subject", "since", "before", "limit"]
        )
        let limit = try query.limit()
        let filter = AuditFilter(
            principal: query["principal"],
            action: query["action"],
            subject: query["subject"],
            since: try query.time("since")
        )
        let before = try query.integer("before", in: 1...Int64.max)
        let page = try await fabric.store.audit(filter, before: before, limit: limit + 1).page(limit)
        return try .json(AuditList(entries: page.rows, next: page.last?.id))
    }
}
