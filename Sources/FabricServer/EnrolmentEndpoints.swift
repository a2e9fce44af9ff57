import FabricAPI
import FabricIdentity
import FabricModel
import Hummingbird
import ServerStore

/// How machines become nodes, and how nodes stay it: certificates are asked for, given and ended.
struct EnrolmentEndpoints: Sendable {
    let fabric: Fabric

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/authority", .anybody, answer: authority),
            Endpoint(.post, "/v1/nodes", .enrolment, answer: enrol),
            Endpoint(.post, "/v1/nodes/{node}/certificate", .ownNode, answer: renew),
            Endpoint(.post, "/v1/nodes/{node}/revocation", .administration, answer: revoke),
            Endpoint(.get, "/v1/candidates", .reading, answer: list),
            Endpoint(.post, "/v1/candidates/{node}/acceptance", .administration, answer: accept),
            Endpoint(.delete, "/v1/candidates/{node}", .administration, answer: dismiss),
        ]
    }

    private func authority(_ call: Call) async throws -> Response {
        try .json(Authority(certificate: fabric.authority.certificate.pem))
    }

    private func enrol(_ call: Call) async throws -> Response {
        let enrolment = try await call.decode(Enrolment.self)
        let node = enrolment.node
        try Self.check(node.machineID, "machineID")
        try Self.check(node.operatingSystem, "operatingSystem")
        let request = try Self.request(enrolment.request)
        var admission = Admission.accepted
        if let token = call.token {
            admission = .token(token.digest)
        } else {
            let candidate = Candidate(
                id: node.id,
                name: node.name,
                machineID: node.machineID,
                operatingSystem: node.operatingSystem,
                fingerprint: "\(request.fingerprint)",
                address: call.context.channel.remoteAddress?.ipAddress,
                askedAt: fabric.now(),
                isKnown: false
            )
            guard try await fabric.store.note(candidate) else {
                return try .json(candidate, status: .accepted)
            }
        }
        let certificate = try issue(request, node.id, node.name)
        try await fabric.store.register(
            node,
            Credential(certificate),
            by: admission,
            at: fabric.now()
        )
        let credentials = NodeCredentials(node: node.id, certificate: certificate.pem)
        return try .json(credentials, status: .created)
    }

    private func renew(_ call: Call) async throws -> Response {
        let request = try Self.request(try await call.decode(Renewal.self).request)
        let node = try await fabric.node(of: call)
        let certificate = try issue(request, node.id, node.name)
        try await fabric.store.addCredential(Credential(certificate), of: node.id, at: fabric.now())
        let credentials = NodeCredentials(node: node.id, certificate: certificate.pem)
        return try .json(credentials, status: .created)
    }

    private func revoke(_ call: Call) async throws -> Response {
        let node = try await fabric.node(of: call)
        try await fabric.store.revokeNode(node.id.text, by: call.author, at: fabric.now())
        // What waits for it is refused now, and not when there is something to answer.
        fabric.watch.wake([node.name])
        fabric.slots.dismiss(node.name)
        return .done
    }

    private func list(_ call: Call) async throws -> Response {
        try await .json(CandidateList(candidates: fabric.store.candidates()))
    }

    private func accept(_ call: Call) async throws -> Response {
        let acceptance = try await call.decode(Acceptance.self)
        try await fabric.store.accept(
            NodeID(call.part("node")),
            fingerprint: acceptance.fingerprint,
            by: call.author,
            at: fabric.now()
        )
        return .done
    }

    private func dismiss(_ call: Call) async throws -> Response {
        try await fabric.store.dismiss(NodeID(call.part("node")), by: call.author, at: fabric.now())
        return .done
    }

    private func issue(
        _ request: SigningRequest,
        _ node: NodeID,
        _ name: NodeName
    ) throws -> CertificateDocument {
        try fabric.authority.issue(
            request,
            for: node,
            named: name,
            at: fabric.now(),
            days: fabric.certificateDays
        )
    }

    /// Refuses a description that is too long, or that a terminal would take for commands: who asks is not known yet.
    private static func check(_ text: String?, _ name: String) throws(APIError) {
        try Fabric.check(text, name, limit: APILimits.description)
        guard text.map({ PrintableText.escape($0) == $0 }) ?? true else {
            throw APIError(.invalidRequest, "'\(name)' has characters that cannot be printed", subject: name)
        }
    }

    private static func request(_ pem: String) throws(APIError) -> SigningRequest {
        do {
            return try SigningRequest(pem: pem)
        } catch {
            throw APIError(
                .invalidRequest,
                "'request' cannot be signed: \(error.message)",
                subject: "request"
            )
        }
    }
}

extension Credential {
    /// What the store keeps of a certificate.
    init(_ certificate: CertificateDocument) {
        self.init(
            digest: .sha256(certificate.der),
            fingerprint: "\(certificate.keyFingerprint)",
            expires: certificate.expires
        )
    }
}
