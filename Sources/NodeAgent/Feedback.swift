import Components
import Journal
import SystemPackage

/// The making of commits: what is open, what follows from packages, and when a batch ends.
struct Feedback: Sendable {
    let batch: FeedbackBatch
    let consequences: PackageConsequences
    let committer: Committer
    let loop: FeedbackLoop

    init(
        _ core: AgentCore,
        packages: (any PackageDatabase)?,
        onCommit: @escaping @Sendable () -> Void
    ) throws {
        let settings = core.settings
        batch = FeedbackBatch()
        try batch.reset { try core.journal.openSummary() }
        consequences = try PackageConsequences(
            database: packages,
            roots: settings.roots.map { FilePath($0) },
            folder: core.state.path
        )
        committer = Committer(
            journal: core.journal,
            identity: core.identity,
            consequences: consequences,
            batch: batch,
            time: core.time,
            log: core.log,
            onCommit: onCommit
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
