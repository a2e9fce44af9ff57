import FabricAPI
import FabricModel
import Hummingbird
import Logging
import ServerStore

/// All routes of the server, and the way of a request through them.
struct Routes: Sendable {
    let fabric: Fabric
    let authentication: Authentication
    var envelope = RequestEnvelope()

    /// Every route with who may call it.
    var endpoints: [Endpoint] {
        ServiceEndpoints(fabric: fabric).all
            + EnrolmentEndpoints(fabric: fabric).all
            + NodeEndpoints(fabric: fabric).all
            + FactEndpoints(fabric: fabric).all
            + FeedbackEndpoints(fabric: fabric).all
            + ConfigurationEndpoints(fabric: fabric, clock: ContinuousClock()).all
            + ReviewEndpoints(fabric: fabric).all
            + TagEndpoints(fabric: fabric).all
            + HistoryEndpoints(fabric: fabric).all
            + AuditEndpoints(fabric: fabric).all
            + PauseEndpoints(fabric: fabric).all
            + SlotEndpoints(fabric: fabric, clock: ContinuousClock()).all
            + FeedEndpoints(fabric: fabric, clock: ContinuousClock()).all
            + WebhookEndpoints(fabric: fabric).all
            + ExportEndpoints(fabric: fabric).all
            + MetricsEndpoints(fabric: fabric).all
    }

    /// What answers requests.
    func responder() -> RouterResponder<ServerContext> {
        let router = Router(context: ServerContext.self)
        var envelope = envelope
        envelope.endpoints = endpoints
        router.add(middleware: envelope)
        let trail = AuditTrail(fabric: fabric)
        for endpoint in endpoints {
            router.on(RouterPath(endpoint.path), method: endpoint.method) { request, context in
                // What was written may be in the feed.
                defer { if endpoint.method != .get { fabric.feed.wake() } }
                return try await fabric.times.measure(endpoint) {
                    try await trail.follow(endpoint, context) { visitor in
                        try await answer(endpoint, request, context, visitor)
                    }
                }
            }
        }
        return router.buildResponder()
    }

    private func answer(
        _ endpoint: Endpoint,
        _ request: Request,
        _ context: ServerContext,
        _ visitor: AuditTrail.Visitor
    ) async throws -> Response {
        if case .anybody = endpoint.access {
            return try await endpoint.answer(Call(request: request, context: context))
        }
        if case .enrolment = endpoint.access, try authentication.token(of: request) == nil {
            return try await endpoint.answer(Call(request: request, context: context))
        }
        let proof = try authentication.proof(of: request, context)
        let principal = try await authentication.principal(by: proof)
        visitor.principal = principal
        var node: String?
        if case .node = endpoint.access { node = try context.part("node") }
        try endpoint.access.admit(principal, node: node)
        try endpoint.effect.admit(principal) { try TagName(context.part("tag")) }
        if let id = principal.node { await fabric.note(contactOf: id) }
        return try await Disclosure.$hasContents.withValue(principal.readsContents) {
            try await endpoint.answer(
                Call(
                    request: request,
                    context: context,
                    principal: principal,
                    token: proof.token,
                    checkAgain: { _ = try await authentication.principal(by: proof) }
                )
            )
        }
    }
}

extension Fabric {
    /// Notes that a node was heard of; a request does not fail for that.
    fileprivate func note(contactOf node: NodeID) async {
        do {
            try await store.touch(node, at: now())
        } catch {
            logger.info("the contact of node \(node) was not noted: \(error)")
        }
    }
}
