internal import FabricModel
internal import Synchronization

/// Contents that nodes are known to have uploaded, so that a commit need not ask the database for each of them.
///
/// Uploads are only ever added, so what is in here stays true; what is not is looked up.
final class HeldContents: Sendable {
    private struct State {
        var digests: [NodeID: Set<ContentDigest>] = [:]
        var count = 0
    }

    /// Digests that are kept in memory; about 150 bytes each.
    private static let limit = 100_000

    private let state = Mutex(State())

    /// Those of `digests` that are not known to be held.
    func unknown(_ digests: Set<ContentDigest>, for node: NodeID) -> Set<ContentDigest> {
        state.withLock { state in
            state.digests[node].map { digests.subtracting($0) } ?? digests
        }
    }

    /// Notes uploads that are durable.
    func add(_ digests: Set<ContentDigest>, for node: NodeID) {
        guard !digests.isEmpty else { return }
        state.withLock { state in
            if state.count + digests.count > Self.limit { state = State() }
            let before = state.digests[node]?.count ?? 0
            state.digests[node, default: []].formUnion(digests)
            state.count += (state.digests[node]?.count ?? 0) - before
        }
    }
}
