import FabricModel
import LinuxSystem
import Logging
import Synchronization

/// Turns open changes into commits when the policy says that a batch is complete.
final class FeedbackLoop: Sendable {
    private let policy: FeedbackPolicy
    private let batch: FeedbackBatch
    private let sessions: SessionView
    private let committer: Committer
    private let time: any WallTime
    private let warnings: WarningBoard
    private let wakeup: Wakeup
    private let stopped = Atomic(false)

    init(
        policy: FeedbackPolicy,
        batch: FeedbackBatch,
        sessions: SessionView,
        committer: Committer,
        time: any WallTime,
        warnings: WarningBoard
    ) throws {
        self.policy = policy
        self.batch = batch
        self.sessions = sessions
        self.committer = committer
        self.time = time
        self.warnings = warnings
        wakeup = try Wakeup()
    }

    /// Says that something was recorded.
    func notify() {
        wakeup.signal()
    }

    /// Works until ``stop()``.
    ///
    /// `catchUp` has everything recorded that happened before; `false` while a package transaction is running, whose
    /// changes belong together.
    func run(catchUp: () -> Bool) {
        while !stopped.load(ordering: .acquiring) {
            guard let open = batch.value else {
                _ = wakeup.wait(timeout: .seconds(3600))
                _ = wakeup.clear()
                continue
            }
            // While nobody can tell who is logged in, nobody is taken to have left.
            let live = open.sessions.isEmpty ? [] : sessions.knownIDs ?? open.sessions
            if let trigger = policy.trigger(for: open, liveSessions: live, now: time.now()), catchUp() {
                commit(trigger)
            }
            // Logging out has no event that every system gives: it is seen by looking, while something is open.
            if wakeup.wait(timeout: .seconds(1)) { _ = wakeup.clear() }
        }
    }

    /// Ends ``run()``.
    func stop() {
        stopped.store(true, ordering: .releasing)
        wakeup.signal()
    }

    private func commit(_ trigger: FeedbackCommit.Trigger) {
        do {
            _ = try committer.commit(trigger)
            warnings.clear("feedback")
        } catch {
            warnings.raise("feedback", "open changes could not be put into a commit and stay open: \(error)")
        }
    }
}
