import FabricAPI
import FabricIdentity
import FabricModel
import HTTPTypes
import Hummingbird
import ServerStore

/// By what somebody proves who they are.
enum Proof: Sendable {
    case token(BearerToken)
    case certificate(PeerCertificate)

    var token: BearerToken? {
        guard case .token(let token) = self else { return nil }
        return token
    }
}

/// Finds out who makes a request: people and tools by a bearer token, nodes by the certificate of their connection.
struct Authentication: Sendable {
    private static let longestToken = 512

    let store: any Store
    /// Who signs the nodes' certificates.
    let authority: CertificateDocument
    /// The certificate by which the connection of a request was made.
    let peer: @Sendable (Request, ServerContext) -> PeerCertificate?
    let now: @Sendable () -> Timestamp

    /// The bearer token that a request comes with; `nil` where it comes with none.
    ///
    /// - Throws: `unauthenticated` for a header that holds something else.
    func token(of request: Request) throws(APIError) -> BearerToken? {
        guard let header = request.headers[.authorization] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer", parts[1].utf8.count <= Self.longestToken
        else {
            throw APIError(.unauthenticated, "the header must be 'Authorization: Bearer TOKEN'")
        }
        return BearerToken(text: String(parts[1]))
    }

    /// By what whoever makes a request proves who it is; a token comes before a certificate.
    ///
    /// To be called on the connection's event loop.
    ///
    /// - Throws: `unauthenticated` where there is neither.
    func proof(of request: Request, _ context: ServerContext) throws(APIError) -> Proof {
        if let token = try token(of: request) { return .token(token) }
        guard let peer = peer(request, context) else {
            throw APIError(
                .unauthenticated,
                "this takes a token ('Authorization: Bearer TOKEN'), or the certificate of a node"
            )
        }
        return .certificate(peer)
    }

    /// Whom a proof stands for at this moment.
    ///
    /// - Throws: `unauthenticated`, `tokenExpired`, `certificateExpired`, `certificateRevoked`.
    func principal(by proof: Proof) async throws -> Principal {
        switch proof {
        case .token(let token):
            if let principal = try await store.principal(of: token.digest, at: now()), principal.node == nil {
                return principal
            }
            if let end = try await store.end(of: token.digest), end <= now() {
                throw APIError(
                    .tokenExpired,
                    "the token ended at \(end.toSecond); 'weft-server token create' makes another one, 'weft login' "
                        + "stores it"
                )
            }
            throw APIError(
                .unauthenticated,
                "the token is not known or was revoked; 'weft-server token create' makes one, 'weft login' stores it"
            )
        case .certificate(let peer):
            if let principal = try await store.principal(of: peer.digest, at: now()) { return principal }
            throw refusal(of: peer)
        }
    }

    /// Why a certificate is not taken.
    private func refusal(of peer: PeerCertificate) -> APIError {
        guard let certificate = try? CertificateDocument(der: peer.der), certificate.isSigned(by: authority)
        else {
            return APIError(
                .unauthenticated,
                "the certificate was not signed by this fabric's authority; enrol the node here"
            )
        }
        let node = certificate.node?.text
        guard now() < certificate.expires else {
            return APIError(
                .certificateExpired,
                "the certificate ended at \(certificate.expires.toSecond); the node has to enrol again",
                subject: node
            )
        }
        return APIError(
            .certificateRevoked,
            "the certificate was revoked, or replaced when the node enrolled again, or is newer than the backup that "
                + "this server was restored from; 'weft node accept' lets the node back in once it asks",
            subject: node
        )
    }
}
