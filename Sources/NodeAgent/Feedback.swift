import Components
import Journal
import SystemPackage

/// The making of commits: what is open, what follows from other changes, and when a batch ends.
struct Feedback: Sendable {
    let batch: FeedbackBatch
    let preparation: FeedbackPreparation
    let committer: Committer
    let loop: FeedbackLoop

    init(
        _ core: AgentCore,
        for intended: IntendedConfiguration?,
        onCommit: @escaping @Sendable () -> Void,
        onSettle: @escaping @Sendable () -> Void
    ) throws {
        let settings = core.settings
        batch = FeedbackBatch()
        try batch.reset { try core.journal.openSummary() }
        preparation = FeedbackPreparation(
            components: core.components,
            consequences: core.consequences,
            journal: core.journal,
            intended: intended
        )
        committer = Committer(
            journal: core.journal,
            identity: core.identity,
            feedback: preparation,
            batch: batch,
            time: core.time,
            log: core.log,
            onCommit: onCommit,
            onSettle: onSettle
        )
        loop = try FeedbackLoop(
            policy: FeedbackPolicy(quiet: Double(settings.quiet), deadline: Double(settings.deadline)),
            batch: batch,
            sessions: core.sessions,
            committer: committer,
            time: core.time,
            warnings: core.warnings
        )
    }
}
