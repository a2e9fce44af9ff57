import FabricAPI
import HTTPTypes
import Hummingbird
import ServerStore

/// Finds out who makes a request, by its bearer token.
struct Authentication: Sendable {
    private static let longestToken = 512

    let store: any Store

    /// The token that a request comes with.
    ///
    /// - Throws: `unauthenticated`.
    func token(of request: Request) throws(APIError) -> BearerToken {
        guard let header = request.headers[.authorization] else {
            throw APIError(.unauthenticated, "this takes a token: send 'Authorization: Bearer TOKEN'")
        }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer", parts[1].utf8.count <= Self.longestToken
        else {
            throw APIError(.unauthenticated, "the header must be 'Authorization: Bearer TOKEN'")
        }
        return BearerToken(text: String(parts[1]))
    }

    /// The principal behind a token.
    ///
    /// - Throws: `unauthenticated`.
    func principal(of token: BearerToken) async throws -> Principal {
        guard let principal = try await store.principal(tokenDigest: token.digest) else {
            throw APIError(
                .unauthenticated,
                "the token is not known or was revoked; 'weft-server token create' makes one, 'weft login' stores it"
            )
        }
        return principal
    }
}
