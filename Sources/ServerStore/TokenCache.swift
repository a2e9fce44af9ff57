internal import FabricAPI
internal import FabricModel
internal import Glibc
internal import Synchronization

/// Principals by their token's digest, good until any token is revoked, be it by another process.
///
/// Each revocation makes a file beside the database one byte longer. To look at its size costs every request much less
/// than asking the database would.
final class TokenCache: Sendable {
    /// Whom a token stands for, and until when.
    struct Holder: Sendable {
        var principal: Principal
        var expires: Timestamp?
    }

    private struct State {
        var revocations: Int
        var holders: [ContentDigest: Holder] = [:]
    }

    private let path: String
    private let state = Mutex(State(revocations: 0))

    init(folder: String) {
        path = folder + "/store.revocations"
    }

    /// The holder that is known, or else the one that `find` finds.
    func holder(
        of digest: ContentDigest,
        orFind find: () async throws -> Holder?
    ) async throws -> Holder? {
        let revocations = revocations()
        let known = state.withLock { state in
            if state.revocations != revocations { state = State(revocations: revocations) }
            return state.holders[digest]
        }
        if let known { return known }
        let found = try await find()
        state.withLock { state in
            // What was found before a revocation is not known to be true after it.
            if state.revocations == revocations { state.holders[digest] = found }
        }
        return found
    }

    /// Has every process that uses the database look its tokens up anew; to be called once a revocation is durable.
    ///
    /// - Throws: `StoreError` with code `failed`.
    func forgetAll() throws {
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        let isWritten = file >= 0 && write(file, "\n", 1) == 1
        let number = errno
        if file >= 0 { close(file) }
        guard isWritten else {
            throw StoreError(
                .failed,
                path,
                "the token is revoked, but a server that runs was not told (errno \(number)); restart it"
            )
        }
    }

    private func revocations() -> Int {
        var status = stat()
        return lstat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
