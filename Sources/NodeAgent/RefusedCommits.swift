import FabricAPI
import FabricClient
import FabricModel
import LinuxSystem
import Synchronization

/// Commits that the server does not take for what they are: they wait apart, so that those after them do not.
///
/// They stay in the journal and in `weft status`, and are offered again now and then: another version of the server may
/// take them.
final class RefusedCommits: Sendable {
    private static let interval: Int64 = 3600 * 1_000_000_000

    private let warnings: WarningBoard
    // When each may be offered again, on the monotonic clock in nanoseconds.
    private let due = Mutex<[CommitID: Int64]>([:])

    init(warnings: WarningBoard) {
        self.warnings = warnings
    }

    /// Whether an error says something about what was sent, rather than about the node or the moment.
    static func explains(_ error: ClientError) -> Bool {
        guard error.code == .refused, let refusal = error.refusal else {
            return error.code == .invalidRequest
        }
        return switch refusal.code {
        case .invalidRequest, .bodyTooLarge, .digestMismatch, .commitMismatch: true
        default: false
        }
    }

    /// Those that are not to be offered now.
    var waiting: Set<CommitID> {
        let now = MonotonicClock.nanoseconds()
        return due.withLock { Set($0.filter { $0.value > now }.keys) }
    }

    /// The server refused a commit.
    func add(_ commit: FeedbackCommit, _ error: ClientError) {
        due.withLock { $0[commit.id] = MonotonicClock.nanoseconds() + Self.interval }
        warnings.raise(
            "commit-refused",
            "the server does not take this commit of \(counted(commit)); it stays here: \(error.message)",
            subject: commit.id.text
        )
    }

    /// The server took commits.
    func remove(_ ids: [CommitID]) {
        let known = due.withLock { due in ids.filter { due.removeValue(forKey: $0) != nil } }
        for id in known { warnings.clear("commit-refused", subject: id.text) }
    }

    private func counted(_ commit: FeedbackCommit) -> String {
        commit.changes.count == 1 ? "\(commit.changes[0].key)" : "\(commit.changes.count) changes"
    }
}
