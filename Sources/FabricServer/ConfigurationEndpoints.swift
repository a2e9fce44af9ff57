import FabricAPI
import FabricModel
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import ServerStore

/// What a node should be, and what was decided of its changes.
struct ConfigurationEndpoints<C: Clock>: Sendable where C.Duration == Duration {
    let fabric: Fabric
    let clock: C

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/nodes/{node}/configuration", .ownNodeOrReading, answer: configuration),
            Endpoint(.get, "/v1/nodes/{node}/decisions", .ownNodeOrReading, answer: decisions),
            Endpoint(.get, "/v1/nodes/{node}/explanation", .ownNodeOrReading, answer: explanation),
            Endpoint(.post, "/v1/nodes/{node}/handshake", .ownNode, answer: handshake),
        ]
    }

    private func configuration(_ call: Call) async throws -> Response {
        let query = try Query(of: call.request, allowed: ["since", "wait"])
        let wait = try query.integer("wait", in: 0...APILimits.longestWait) ?? 0
        let since = query["since"] ?? Self.entityTag(in: call.request.headers[.ifNoneMatch])
        let node = try await fabric.node(of: call)
        let deadline = clock.now.advanced(by: .seconds(wait))
        while true {
            // Listens before it looks, so that no change falls in between.
            let waiter = fabric.watch.enter(node.name)
            defer { fabric.watch.leave(node.name, waiter) }
            guard let since else {
                return try await Self.answer(fabric.store.configuration(of: node.id))
            }
            switch try await fabric.store.configuration(of: node.id, since: since) {
            case .whole(let configuration): return try Self.answer(configuration)
            case .changes(let changes):
                return try Self.tagged(Self.response(changes), changes.etag)
            case .none: break
            }
            let left = clock.now.duration(to: deadline)
            guard left > .zero, await waiter.wait(for: left, clock: clock) == .changed else {
                return Self.unchanged(since)
            }
            try await call.checkAgain()
        }
    }

    private func decisions(_ call: Call) async throws -> Response {
        let query = try Query(of: call.request, allowed: ["after"])
        let after = try query.integer("after", in: 0...Int64.max) ?? 0
        let node = try await fabric.node(of: call)
        let decisions = try await fabric.store.decisions(for: node.id, after: after)
        return try .json(DecisionList(decisions: decisions))
    }

    private func explanation(_ call: Call) async throws -> Response {
        let query = try Query(of: call.request, allowed: ["resource", "at"])
        guard let resource = query["resource"] else {
            throw APIError(.invalidRequest, "say which: ?resource=file:/etc/hosts", subject: "resource")
        }
        let node = try await fabric.node(of: call)
        let time = try query.time("at")
        let explanation = try await fabric.store.explain(ResourceKey(resource), on: node.id, at: time)
        // Of the layers a node needs the one that holds, which its configuration has.
        let isNodes = call.principal?.node != nil
        return try Disclosure.$hasContents.withValue(Disclosure.hasContents && !isNodes) {
            try .json(explanation)
        }
    }

    /// Changes as they were encoded, which is for nodes, or anew for whoever may not see all of them.
    private static func response(_ changes: EncodedChanges) throws -> Response {
        guard !Disclosure.hasContents else { return .json(ByteBuffer(bytes: changes.json)) }
        return try .json(CanonicalJSON.decode(ConfigurationChanges.self, from: Data(changes.json)))
    }

    private func handshake(_ call: Call) async throws -> Response {
        let handshake = try await call.decode(Handshake.self)
        guard handshake.tags.count <= APILimits.tagsPerHandshake else {
            throw APIError(
                .invalidRequest,
                "'tags' may have at most \(APILimits.tagsPerHandshake) items",
                subject: "tags"
            )
        }
        try Fabric.check(handshake.life, "life", limit: APILimits.description)
        return try await .json(fabric.store.handshake(handshake, from: fabric.node(of: call).id))
    }

    private static func answer(_ configuration: NodeConfiguration) throws -> Response {
        try tagged(.json(configuration), configuration.etag)
    }

    private static func tagged(_ response: Response, _ entityTag: String) -> Response {
        var response = response
        response.headers[.eTag] = "\"\(entityTag)\""
        return response
    }

    private static func unchanged(_ entityTag: String) -> Response {
        Response(status: .notModified, headers: [.eTag: "\"\(entityTag)\""])
    }

    /// The opaque text between the quotes of an entity tag.
    private static func entityTag(in header: String?) -> String? {
        guard let header, header.count >= 2, header.first == "\"", header.last == "\"" else { return nil }
        return String(header.dropFirst().dropLast())
    }
}
