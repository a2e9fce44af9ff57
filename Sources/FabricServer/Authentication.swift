import Crypto
import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import ServerStore
import Synchronization

/// Finds out who makes a request, by its bearer token.
///
/// What the store said of a token's digest is kept for a while, so that a busy node costs one look-up and not thousands.
/// A token that is not known is asked for each time: it may have been made this moment.
final class Authentication: Sendable {
    private struct Known {
        var principal: Principal
        var until: ContinuousClock.Instant
    }

    private static let longestToken = 512
    private static let mostKnown = 16_384

    private let store: any Store
    private let lifetime: Duration
    private let known = Mutex<[SHA256.Digest: Known]>([:])

    init(store: any Store, lifetime: Duration = .seconds(30)) {
        self.store = store
        self.lifetime = lifetime
    }

    /// The principal behind a request.
    ///
    /// - Throws: `unauthenticated`.
    func principal(of request: Request) async throws -> Principal {
        guard let header = request.headers[.authorization] else {
            throw APIError(.unauthenticated, "this takes a token: send 'Authorization: Bearer TOKEN'")
        }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer", parts[1].utf8.count <= Self.longestToken
        else {
            throw APIError(.unauthenticated, "the header must be 'Authorization: Bearer TOKEN'")
        }
        let token = BearerToken(text: String(parts[1]))
        let hash = token.hash
        if let principal = recall(hash) { return principal }
        guard let principal = try await store.principal(tokenDigest: ContentDigest(hash)) else {
            throw APIError(
                .unauthenticated,
                "the token is not known; 'weft-server token create' makes one, 'weft login' stores it"
            )
        }
        remember(principal, under: hash)
        return principal
    }

    private func recall(_ hash: SHA256.Digest) -> Principal? {
        let now = ContinuousClock.now
        return known.withLock { known in
            guard let found = known[hash], found.until > now else { return nil }
            return found.principal
        }
    }

    private func remember(_ principal: Principal, under hash: SHA256.Digest) {
        let until = ContinuousClock.now + lifetime
        known.withLock { known in
            if known.count >= Self.mostKnown { known.removeAll(keepingCapacity: true) }
            known[hash] = Known(principal: principal, until: until)
        }
    }
}
