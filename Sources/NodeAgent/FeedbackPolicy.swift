import FabricModel

/// Decides when a batch of changes is complete and becomes a feedback commit.
struct FeedbackPolicy: Sendable {
    /// Seconds without a change after which a batch ends.
    var quiet: Double
    /// Seconds after the first change at which a batch ends.
    var deadline: Double

    /// The changes that are not in a commit yet.
    struct Batch: Hashable, Sendable {
        var first: Timestamp
        var last: Timestamp
        /// The login sessions that were there when the changes were made.
        var sessions: Set<String>
    }

    /// What ends the batch now; `nil` while it stays open.
    func trigger(for batch: Batch, liveSessions: Set<String>, now: Timestamp) -> FeedbackCommit.Trigger? {
        if !batch.sessions.isEmpty, batch.sessions.isDisjoint(with: liveSessions) { return .logout }
        // After the clock was set back nobody knows for how long it has been quiet; the batch does not wait for the
        // old time to come again.
        if now.seconds(since: batch.last) >= quiet || now < batch.last { return .quiet }
        if now.seconds(since: batch.first) >= deadline { return .deadline }
        return nil
    }
}
