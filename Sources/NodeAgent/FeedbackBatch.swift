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
    func reset(to open: some Sequence<RecordedChange>) {
        current.withLock { $0 = nil }
        add(open)
    }
}
