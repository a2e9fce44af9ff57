import FabricAPI
import FabricClient
import FabricModel
import Journal
import Logging
import NodeControl
import Synchronization

/// What this node knows of the server's store, which an admin may have restored from a backup.
///
/// Such a store has less than the node knows. Commits that it lacks are sent again. Decisions that it never made are
/// forgotten, so that what they were about is undecided again, on both sides. And a configuration that goes back behind
/// what the node has seen is not applied until somebody on the node says so: whoever can restore an old copy could
/// otherwise undo on every machine what was decided since.
final class KnownStore: Sendable {
    private struct State {
        /// The life that was greeted since the daemon started.
        var life: String?
        /// Tags of which that does not have the revision that is known here.
        var unknown: Set<TagName> = []
        var restoredAt: Timestamp?
        /// What is not applied for the time being.
        var held: NodeConfiguration?
    }

    static let warning = "configuration-goes-back"
    /// Where the journal keeps which life of the store this node spoke to last.
    static let life = "store/life"

    private let node: NodeID
    private let journal: Journal
    private let time: any WallTime
    private let warnings: WarningBoard
    private let log: Logger
    private let state = Mutex(State())
    private let newLife = Mutex<[@Sendable () -> Void]>([])

    init(
        _ node: NodeID,
        journal: Journal,
        time: any WallTime,
        warnings: WarningBoard,
        log: Logger
    ) {
        self.node = node
        self.journal = journal
        self.time = time
        self.warnings = warnings
        self.log = log
    }

    /// Adds to what is done when the store is one that may have forgotten whatever it was told.
    func onNewLife(_ body: @escaping @Sendable () -> Void) {
        newLife.withLock { $0.append(body) }
    }

    /// Greets the store that a configuration comes from, unless that has happened, and mends what it lacks.
    ///
    /// - Parameters:
    ///   - source: Where the configuration comes from.
    ///   - greet: Sends the handshake.
    /// - Returns: `false` where the store has begun yet another life since: the next configuration comes from that.
    /// - Throws: What `greet` throws; `JournalError`.
    @discardableResult
    func meet(
        _ source: ConfigurationSource,
        _ greet: (Handshake) throws -> HandshakeAnswer
    ) throws -> Bool {
        guard state.withLock(\.life) != source.life else { return true }
        let known = try journal.knownRevisions()
        let heads = source.tags.compactMap { known[$0.tag] }
            .map { TagHead(tag: $0.tag, revision: $0.number, digest: $0.digest) }
        let life = try journal.value(Self.life)
        let answer = try greet(
            Handshake(life: life, tags: Array(heads.prefix(APILimits.tagsPerHandshake)))
        )
        guard answer.life == source.life else { return false }
        if try journal.lastDecision() > answer.lastDecision {
            try journal.forgetDecisions(after: answer.lastDecision)
        }
        let again = try journal.sendAgain(of: node, now: time.now(), where: answer.lacks)
        if again.commits > 0 {
            log.notice(
                "the server lacks commits; they are sent again",
                metadata: ["commits": "\(again.commits)"]
            )
        }
        if life != answer.life {
            warn(ofLost: again.lost)
            try journal.setValue(answer.life, for: Self.life)
        }
        state.withLock { state in
            state.life = answer.life
            state.unknown = Set(answer.unknown)
            state.restoredAt = answer.restoredAt
        }
        if again.commits > 0 || life != answer.life {
            for body in newLife.withLock(\.self) { body() }
        }
        return true
    }

    /// Whether a configuration may be applied, since none of its tags goes back; then it is what is known from now on.
    func admits(_ configuration: NodeConfiguration) throws -> Bool {
        guard let source = configuration.source else { return true }
        let known = try journal.knownRevisions()
        let back = stepsBack(source, known)
        guard back.isEmpty else {
            state.withLock { $0.held = configuration }
            warn(of: back)
            return false
        }
        try journal.remember(
            source.tags.map { KnownRevision(tag: $0.tag, number: $0.revision, digest: $0.digest) }
                .filter { known[$0.tag] != $0 }
        )
        state.withLock { $0.held = nil }
        warnings.clear(Self.warning)
        return true
    }

    /// Follows the tags that go back, since somebody said so.
    ///
    /// - Returns: The configuration that may be applied now, and which tags go back in it; `nil` where none waits.
    func confirm() throws -> (configuration: NodeConfiguration, back: [StepBack])? {
        guard let held = state.withLock(\.held), let source = held.source else { return nil }
        let back = stepsBack(source, try journal.knownRevisions())
        try journal.remember(
            source.tags.map { KnownRevision(tag: $0.tag, number: $0.revision, digest: $0.digest) }
        )
        state.withLock { state in
            state.unknown.subtract(source.tags.map(\.tag))
            state.held = nil
        }
        warnings.clear(Self.warning)
        for step in back {
            log.notice("a tag is followed back", metadata: ["tag": "\(step.tag)", "to": "\(step.to)"])
        }
        return (held, back)
    }

    private func stepsBack(
        _ source: ConfigurationSource,
        _ known: [TagName: KnownRevision]
    ) -> [StepBack] {
        let unknown = state.withLock(\.unknown)
        return source.tags.compactMap { head in
            guard let seen = known[head.tag], seen.number > 0 else { return nil }
            let isOther = head.revision == seen.number && head.digest != seen.digest
            guard head.revision < seen.number || isOther || unknown.contains(head.tag) else { return nil }
            return StepBack(tag: head.tag, from: seen.number, to: head.revision)
        }
    }

    private func warn(of back: [StepBack]) {
        let tags = back.prefix(5).map { "\($0.tag) (known at \($0.from), there at \($0.to))" }
        let more = back.count > 5 ? " and \(back.count - 5) more" : ""
        let cause = state.withLock(\.restoredAt)
            .map { ", which was restored from a backup at \($0.toSecond)" }
        warnings.raise(
            Self.warning,
            "the server\(cause ?? "") tells an earlier or another state of \(tags.joined(separator: ", "))\(more); "
                + "nothing it tells is applied until 'weft confirm' here, or until it knows the later state again"
        )
    }

    private func warn(ofLost count: Int) {
        guard count > 0 else {
            warnings.clear("commits-lost")
            return
        }
        warnings.raise(
            "commits-lost",
            "the server lacks \(count) \(count == 1 ? "commit" : "commits") of this node that are older than what is "
                + "kept here to be sent again ('journal.retention'); a newer backup may have them"
        )
    }
}
