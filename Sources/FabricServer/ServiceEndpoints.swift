import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import Logging
import ServerStore

/// Questions about the server itself.
struct ServiceEndpoints: Sendable {
    let fabric: Fabric

    var all: [Endpoint] {
        [
            Endpoint(.get, "/healthz", .anybody, answer: health),
            Endpoint(.get, "/v1/whoami", .anyToken, answer: whoami),
        ]
    }

    private func health(_ call: Call) async throws -> Response {
        do {
            // A token that nobody has: one look-up that goes to the database.
            _ = try await fabric.store.principal(of: .sha256([]), at: fabric.now())
        } catch {
            fabric.logger.error("the store does not answer: \(error)")
            throw APIError(.unavailable, "the store does not answer; the server's log has the cause")
        }
        return try .json(["status": "ok"])
    }

    private func whoami(_ call: Call) async throws -> Response {
        try .json(call.principal)
    }
}
