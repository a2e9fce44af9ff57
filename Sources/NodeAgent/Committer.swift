import FabricAPI
import FabricModel
import Journal
import Logging
import NodeControl
import Synchronization

/// Makes feedback commits from what the journal recorded.
final class Committer: Sendable {
    private let journal: Journal
    private let identity: NodeIdentity
    private let consequences: PackageConsequences
    private let batch: FeedbackBatch
    private let time: any WallTime
    private let log: Logger
    private let onCommit: @Sendable () -> Void
    // Two commits must not take the same changes.
    private let turn = Mutex(())

    init(
        journal: Journal,
        identity: NodeIdentity,
        consequences: PackageConsequences,
        batch: FeedbackBatch,
        time: any WallTime,
        log: Logger,
        onCommit: @escaping @Sendable () -> Void
    ) {
        self.journal = journal
        self.identity = identity
        self.consequences = consequences
        self.batch = batch
        self.time = time
        self.log = log
        self.onCommit = onCommit
    }

    /// Puts the open changes that `selection` names, or all, into commits; none when they come to nothing.
    ///
    /// - Throws: `JournalError`.
    func commit(
        _ trigger: FeedbackCommit.Trigger,
        message: String? = nil,
        selection: [ResourceSelection] = []
    ) throws -> [FeedbackCommit] {
        let commits = try turn.withLock { _ in
            let open = try journal.openChanges()
            let chosen = open.filter { selection.isEmpty || selection.contains($0.change.key) }
            let commits = try make(of: chosen, trigger, message: message)
            try batch.reset { try journal.openSummary() }
            if batch.value == nil { consequences.forgetReplaced() }
            return commits
        }
        if !commits.isEmpty { onCommit() }
        return commits
    }

    /// What the open changes come to, without what follows from a package's change.
    func openChanges() throws -> [Change] {
        try net(journal.openChanges())
    }

    private func net(_ recorded: [RecordedChange]) throws -> [Change] {
        try consequences.removing(from: Change.net(recorded.map(\.change))) { try journal.content($0) }
    }

    private func make(
        of recorded: [RecordedChange],
        _ trigger: FeedbackCommit.Trigger,
        message: String?
    ) throws -> [FeedbackCommit] {
        let changes = try net(recorded)
        let sequences = Dictionary(grouping: recorded, by: \.change.key).mapValues { $0.map(\.sequence) }
        let listed = Set(changes.map(\.key))
        var commits: [FeedbackCommit] = []
        for start in stride(from: 0, to: changes.count, by: APILimits.changesPerCommit) {
            let part = Array(changes[start..<min(start + APILimits.changesPerCommit, changes.count)])
            let now = time.now()
            let commit = try journal.makeCommit(
                of: part.flatMap { sequences[$0.key] ?? [] },
                id: CommitID.make(at: now),
                node: identity.id,
                author: Self.author(of: part),
                message: message ?? CommitMessage.describe(part),
                trigger: trigger,
                at: now,
                changes: part
            )
            if let commit { commits.append(commit) }
        }
        let settled = sequences.filter { !listed.contains($0.key) }.flatMap(\.value)
        if !settled.isEmpty { try journal.settle(settled) }
        for commit in commits {
            log.notice(
                "made a feedback commit",
                metadata: ["id": "\(commit.id)", "changes": "\(commit.changes.count)"]
            )
        }
        return commits
    }

    /// The one person who made all of it; nobody when that is not sure.
    private static func author(of changes: [Change]) -> Actor {
        let names = Set(changes.map(\.actor.name))
        guard names.count == 1, let first = changes.first?.actor else { return .unknown }
        return first
    }
}
