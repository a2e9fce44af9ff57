import FabricModel
import Journal
import Synchronization

/// What is known of the open changes without asking the journal: when they began, when the last came, and who was there.
final class FeedbackBatch: Sendable {
    private let current = Mutex<FeedbackPolicy.Batch?>(nil)

    /// The batch; `nil` when nothing is open.
    var value: FeedbackPolicy.Batch? { current.withLock(\.self) }

    /// Takes in what was recorded.
    func add(_ changes: some Sequence<RecordedChange>) {
        current.withLock { batch in
            for recorded in changes {
                guard var grown = batch else {
                    batch = .init(
                        first: recorded.change.at,
                        last: recorded.change.at,
                        sessions: recorded.sessions
                    )
                    continue
                }
                grown.last = max(grown.last, recorded.change.at)
                grown.sessions.formUnion(recorded.sessions)
                batch = grown
            }
        }
    }

    /// Begins again with what the journal says is open.
    ///
    /// The journal is read while nobody can add: a change that is recorded meanwhile is in what was read, is added
    /// afterwards, or both.
    func reset(to open: () throws -> OpenSummary) rethrows {
        try current.withLock { batch in
            let open = try open()
            guard let first = open.first, let last = open.last else {
                batch = nil
                return
            }
            batch = .init(first: first, last: last, sessions: open.sessions)
        }
    }
}
