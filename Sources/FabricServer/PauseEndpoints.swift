import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import ServerStore

/// The brake: convergence that people stop and let go on.
struct PauseEndpoints: Sendable {
    let fabric: Fabric

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/pauses", .reading, answer: list),
            Endpoint(.post, "/v1/pauses", .reviewing, changing: .tagsOfRequest, answer: pause),
            Endpoint(.delete, "/v1/pauses", .reviewing, changing: .tagsOfRequest, answer: resume),
        ]
    }

    private func list(_ call: Call) async throws -> Response {
        let stops = try await fabric.store.stops(at: fabric.now())
        return try await .json(PauseList(pauses: fabric.store.pauses(), stops: stops.isEmpty ? nil : stops))
    }

    private func pause(_ call: Call) async throws -> Response {
        let request = try await call.decode(PauseRequest.self)
        try call.checkScope(request.tag)
        try Fabric.check(request.reason, "reason", limit: APILimits.message)
        let pause = try await fabric.store.pause(
            request.tag,
            reason: request.reason,
            by: call.author,
            at: fabric.now()
        )
        await wake(request.tag)
        return try .json(pause)
    }

    private func resume(_ call: Call) async throws -> Response {
        let query = try Query(of: call.request, allowed: ["tag"])
        let tag = try query["tag"].map { try TagName($0) }
        try call.checkScope(tag)
        if try await fabric.store.resume(tag, by: call.author, at: fabric.now()) {
            await wake(tag)
            if let tag { fabric.slots.wakeAll([tag]) }
        }
        return .done
    }

    private func wake(_ tag: TagName?) async {
        guard let tag else { return fabric.watch.wakeAll() }
        await fabric.wakeNodes(of: tag)
    }
}
