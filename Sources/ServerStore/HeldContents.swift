internal import FabricModel
internal import Synchronization

/// Contents that nodes are known to have uploaded, so that a commit need not ask the database for each of them.
///
/// Uploads stay, but for those that nothing names after days; so what is in here stays true until ``forget()``. What is
/// not is looked up.
final class HeldContents: Sendable {
    private struct State {
        var digests: [NodeID: Set<ContentDigest>] = [:]
        var count = 0
    }

    /// Digests that are kept in memory; about 150 bytes each.
    private static let limit = 100_000

    private let state = Mutex(State())

    /// Those of the commits' contents that are not known to be held.
    func unknown(_ commits: [FeedbackCommit], for node: NodeID) -> Set<ContentDigest> {
        state.withLock { state in
            let known = state.digests[node] ?? []
            var unknown: Set<ContentDigest> = []
            for commit in commits {
                for change in commit.changes {
                    if let digest = change.before.keptDigest, !known.contains(digest) {
                        unknown.insert(digest)
                    }
                    if let digest = change.after.keptDigest, !known.contains(digest) {
                        unknown.insert(digest)
                    }
                }
            }
            return unknown
        }
    }

    /// Those of `digests` that are not known to be held.
    func unknown(_ digests: [ContentDigest], for node: NodeID) -> Set<ContentDigest> {
        state.withLock { state in
            let known = state.digests[node] ?? []
            return Set(digests.filter { !known.contains($0) })
        }
    }

    /// Knows of none any more, for some are about to go.
    func forget() {
        state.withLock { $0 = State() }
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
