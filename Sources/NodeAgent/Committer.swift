import Components
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
    private let feedback: FeedbackPreparation
    private let batch: FeedbackBatch
    private let time: any WallTime
    private let log: Logger
    private let onCommit: @Sendable () -> Void
    /// Told that changes came to nothing: what they held is free.
    private let onSettle: @Sendable () -> Void
    // Resources whose changes are read at once, and so the most changes of a commit.
    private let pieceSize: Int
    // Two commits must not take the same changes.
    private let turn = Mutex(())

    init(
        journal: Journal,
        identity: NodeIdentity,
        feedback: FeedbackPreparation,
        batch: FeedbackBatch,
        time: any WallTime,
        log: Logger,
        pieceSize: Int = APILimits.changesPerCommit,
        onCommit: @escaping @Sendable () -> Void,
        onSettle: @escaping @Sendable () -> Void = {}
    ) {
        self.journal = journal
        self.identity = identity
        self.feedback = feedback
        self.batch = batch
        self.time = time
        self.log = log
        self.pieceSize = pieceSize
        self.onCommit = onCommit
        self.onSettle = onSettle
    }

    /// Puts the open changes that `selection` names, or all, into commits; none when they come to nothing.
    ///
    /// - Throws: `JournalError`.
    func commit(
        _ trigger: FeedbackCommit.Trigger,
        message: String? = nil,
        selection: [ResourceSelection] = []
    ) throws -> [MadeCommit] {
        let commits = try turn.withLock { _ in
            var commits: [MadeCommit] = []
            try settleConsequences(besides: selection)
            try forEachPiece(of: selection) { recorded, changes in
                let settled = Set(recorded.map(\.change.key)).subtracting(changes.map(\.key))
                let made = try make(of: recorded, changes, trigger, message: message)
                if let made { commits.append(made) }
                try settle(recorded.filter { settled.contains($0.change.key) })
            }
            try batch.reset { try journal.openSummary() }
            if batch.value == nil { try feedback.consequences?.forgetReplaced() }
            return commits
        }
        if !commits.isEmpty { onCommit() }
        return commits
    }

    /// Gives what the open changes of a selection, or all, come to, without what follows from other changes.
    ///
    /// They come in pieces in the order of their keys, so that memory does not grow with the batch.
    func forEachPiece(
        of selection: [ResourceSelection] = [],
        _ body: (_ recorded: [RecordedChange], _ changes: [Change]) throws -> Void
    ) throws {
        let packages = Set(try openPackages().map(\.name))
        let isChosen = { (key: ResourceKey) in selection.isEmpty || selection.contains(key) }
        try forEachPiece(where: isChosen, ofPackages: packages, body)
    }

    private func openPackages() throws -> [ResourceKey] {
        Change.net(try journal.openChanges(of: .package).map(\.change)).map(\.key)
    }

    private func forEachPiece(
        where isChosen: (ResourceKey) -> Bool,
        ofPackages packages: Set<String>,
        _ body: (_ recorded: [RecordedChange], _ changes: [Change]) throws -> Void
    ) throws {
        var last: ResourceKey?
        while case let piece = try journal.openChanges(ofResources: pieceSize, after: last),
            let end = piece.last
        {
            last = end.change.key
            let chosen = piece.filter { isChosen($0.change.key) }
            guard !chosen.isEmpty else { continue }
            try body(chosen, feedback.changes(of: chosen, ofPackages: packages))
        }
    }

    /// Settles what follows from packages when one of them is committed and not everything is: afterwards nothing would
    /// tell any more whose doing it was.
    private func settleConsequences(besides selection: [ResourceSelection]) throws {
        let packages = try openPackages()
        guard packages.contains(where: { selection.contains($0) }) else { return }
        let isConsequence = { (key: ResourceKey) in key.kind != .package && !selection.contains(key) }
        try forEachPiece(where: isConsequence, ofPackages: Set(packages.map(\.name))) { recorded, changes in
            let listed = Set(changes.map(\.key))
            try settle(recorded.filter { !listed.contains($0.change.key) })
        }
    }

    private func make(
        of recorded: [RecordedChange],
        _ changes: [Change],
        _ trigger: FeedbackCommit.Trigger,
        message: String?
    ) throws -> MadeCommit? {
        guard !changes.isEmpty else { return nil }
        let listed = Set(changes.map(\.key))
        let now = time.now()
        let commit = try journal.makeCommit(
            of: recorded.filter { listed.contains($0.change.key) }.map(\.sequence),
            id: CommitID.make(at: now),
            node: identity.id,
            author: Self.author(of: changes),
            message: message ?? CommitMessage.describe(changes),
            trigger: trigger,
            at: now,
            changes: changes
        )
        guard let commit else { return nil }
        log.notice(
            "made a feedback commit",
            metadata: ["id": "\(commit.id)", "changes": "\(commit.changes.count)"]
        )
        return MadeCommit(id: commit.id, changes: commit.changes.count, message: commit.message)
    }

    private func settle(_ recorded: [RecordedChange]) throws {
        guard !recorded.isEmpty else { return }
        try journal.settle(recorded.map(\.sequence))
        onSettle()
    }

    /// The one person who made all of it; nobody when that is not sure.
    private static func author(of changes: [Change]) -> Actor {
        let names = Set(changes.map(\.actor.name))
        guard names.count == 1, let first = changes.first?.actor else { return .unknown }
        return first
    }
}
