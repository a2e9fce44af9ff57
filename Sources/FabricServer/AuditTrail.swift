import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import Logging
import ServerStore
import Synchronization

/// Sees to it that the audit log has whoever writes, with the address, and whatever write is refused, or what somebody
/// asked for who is known and may not have it.
struct AuditTrail: Sendable {
    /// Who makes a request, once that is known.
    final class Visitor: Sendable {
        private let known = Mutex<Principal?>(nil)

        var principal: Principal? {
            get { known.withLock { $0 } }
            set { known.withLock { $0 = newValue } }
        }
    }

    let fabric: Fabric

    /// Answers a request; a refusal that is to be noted is, before whoever asked is told.
    func follow(
        _ endpoint: Endpoint,
        _ context: ServerContext,
        _ answer: (Visitor) async throws -> Response
    ) async throws -> Response {
        let visitor = Visitor()
        let isRead = endpoint.method == .get
        let address = context.channel.remoteAddress?.ipAddress
        do {
            // What nodes send all the time is no matter for the log, unless it is refused.
            guard !isRead, !endpoint.isNodeTraffic else { return try await answer(visitor) }
            return try await RequestOrigin.$address.withValue(address) { try await answer(visitor) }
        } catch {
            if let refusal = APIError(refusing: error),
                !isRead || Self.isOverreach(refusal, by: visitor.principal)
            {
                await RequestOrigin.$address.withValue(address) {
                    await note(refusal, endpoint, context, visitor.principal)
                }
            }
            throw error
        }
    }

    /// Whether somebody asked to read what is not theirs: a node what is another's, or a content that it has no use for; a
    /// person what the role does not allow.
    private static func isOverreach(_ error: APIError, by principal: Principal?) -> Bool {
        guard let principal else { return false }
        return error.code == .forbidden || error.code == .unknownContent && principal.node != nil
    }

    private func note(
        _ error: APIError,
        _ endpoint: Endpoint,
        _ context: ServerContext,
        _ principal: Principal?
    ) async {
        let now = fabric.now()
        guard let omitted = fabric.refusals.take(for: principal?.name, at: now) else { return }
        let refusal = Refusal(
            principal: principal?.name,
            action: endpoint.action,
            subject: Self.shortened(Self.subject(of: endpoint, context, principal) ?? error.subject ?? ""),
            detail: Self.shortened(error.message),
            code: error.code,
            omitted: omitted
        )
        do {
            try await fabric.store.note(refusal, at: now)
        } catch {
            fabric.logger.error("a refusal is missing in the audit log: \(error)")
        }
    }

    /// What the path names, escaped; `nil` where it names nothing.
    private static func subject(
        of endpoint: Endpoint,
        _ context: ServerContext,
        _ principal: Principal?
    ) -> String? {
        func part(_ name: String) -> String? {
            guard let raw = context.parameters.get(name) else { return nil }
            return EscapedText.escape((PercentEncoding.decode(raw[...]) ?? raw).utf8)
        }
        if let tag = part("tag") { return part("number").map { "\(tag)@\($0)" } ?? tag }
        if let node = part("node") {
            // Who asks is in the log anyway.
            return principal?.node?.text == node ? part("digest") ?? principal?.name : node
        }
        return part("commit") ?? part("digest") ?? part("webhook")
    }

    /// A text as far as the log keeps it; it may repeat what was sent.
    private static func shortened(_ raw: String) -> String {
        let text = PrintableText.escape(raw)
        return text.utf8.count <= longest ? text : String(text.prefix(longest / 4)) + "…"
    }

    private static let longest = 400
}

extension APIError {
    /// What a failed request is refused with, as far as the log is concerned; `nil` where nobody was refused anything, or
    /// the log cannot be written either.
    fileprivate init?(refusing error: any Error) {
        switch error {
        case let error as APIError:
            guard error.code != .unavailable else { return nil }
            self = error
        case let error as ModelError: self.init(.invalidRequest, error.message, subject: error.subject)
        case is LostConnection, is CancellationError: return nil
        default: self.init(.internalError, "the server failed; its log has the cause")
        }
    }
}

extension Endpoint {
    private static let actions = [
        "POST /v1/nodes": "register",
        "POST /v1/nodes/{node}/certificate": "renew",
        "POST /v1/nodes/{node}/revocation": "revoke-node",
        "POST /v1/candidates/{node}/acceptance": "accept",
        "DELETE /v1/candidates/{node}": "dismiss",
        "PUT /v1/nodes/{node}/tags": "include",
        "POST /v1/tags": "create-tag",
        "DELETE /v1/tags/{tag}": "delete-tag",
        "PUT /v1/tags/{tag}/limit": "limit",
        "POST /v1/tags/{tag}/revisions": "edit",
        "POST /v1/tags/{tag}/revisions/{number}/reversal": "revert",
        "POST /v1/commits/{commit}/approval": "approve",
        "POST /v1/commits/{commit}/rejection": "reject",
        "GET /v1/contents/{digest}": "read-content",
        "PUT /v1/contents/{digest}": "put-content",
        "POST /v1/pauses": "pause",
        "DELETE /v1/pauses": "resume",
        "POST /v1/webhooks": "add-webhook",
        "DELETE /v1/webhooks/{webhook}": "remove-webhook",
        "POST /v1/webhooks/{webhook}/test": "test-webhook",
    ]
    private static let nodeActions = [
        "POST /v1/nodes/{node}/handshake": "greet",
        "POST /v1/nodes/{node}/contents/missing": "inquire",
        "PUT /v1/nodes/{node}/contents/{digest}": "upload",
        "GET /v1/nodes/{node}/contents/{digest}": "download",
        "POST /v1/nodes/{node}/commits": "commit",
        "PUT /v1/nodes/{node}/convergence": "report",
        "PUT /v1/nodes/{node}/facts": "report-facts",
        "PUT /v1/nodes/{node}/slots": "take-slots",
        "POST /v1/nodes/{node}/slots": "report-slots",
    ]

    /// What the audit log calls a request to it: as what it does is called there, else by its method and path.
    var action: String {
        let route = "\(method.rawValue) \(path)"
        return Self.actions[route] ?? Self.nodeActions[route] ?? route
    }

    /// Whether it takes what nodes send all the time.
    fileprivate var isNodeTraffic: Bool { Self.nodeActions["\(method.rawValue) \(path)"] != nil }
}
