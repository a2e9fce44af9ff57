public import FabricModel
import GRDB

/// One recorded change and how far it has come.
public struct LogEntry: Hashable, Sendable {
    /// How far a change has come.
    public enum State: Hashable, Sendable {
        /// In no commit yet.
        case open
        /// Closed without a commit: it came to nothing.
        case settled
        /// In a commit that the server has not acknowledged.
        case committed
        /// The server holds it, and nobody has decided.
        case sent
        /// A reviewer decided.
        case decided(RecordedDecision.Outcome)
    }

    /// The change.
    public var recorded: RecordedChange
    /// How far it has come.
    public var state: State
    /// The commit that holds it.
    public var commit: CommitID?
    /// That commit's message.
    public var message: String?
    /// Who decided; `nil` where nobody has.
    public var by: String?
    /// What the decider said.
    public var reason: String?
    /// What came of a roll-back; `nil` where it was not tried, or nobody asks for it.
    public var rollBack: RollBack.Result?
    /// Why a roll-back was skipped or failed.
    public var obstacle: String?

    /// An entry from its parts.
    public init(
        recorded: RecordedChange,
        state: State,
        commit: CommitID? = nil,
        message: String? = nil,
        by: String? = nil,
        reason: String? = nil,
        rollBack: RollBack.Result? = nil,
        obstacle: String? = nil
    ) {
        self.recorded = recorded
        self.state = state
        self.commit = commit
        self.message = message
        self.by = by
        self.reason = reason
        self.rollBack = rollBack
        self.obstacle = obstacle
    }
}

/// Which resources a query is about.
public enum ResourceRange: Hashable, Sendable {
    /// All of every kind.
    case all
    /// All of one kind.
    case kind(ResourceKind)
    /// A resource; of a file also all below its path.
    case at(ResourceKey)
}

extension Journal {
    /// Recorded changes, newest first.
    ///
    /// - Parameters:
    ///   - range: Only changes of these resources.
    ///   - sequence: Only changes with a smaller sequence: the last of the piece before.
    ///   - limit: The most changes.
    /// - Returns: The changes with their commits.
    /// - Throws: `damaged` and others.
    public func log(
        _ range: ResourceRange = .all,
        before sequence: Int64? = nil,
        limit: Int = 100
    ) throws(JournalError) -> [LogEntry] {
        let kind: String?
        var name: String?
        switch range {
        case .all: kind = nil
        case .kind(let wanted): kind = wanted.rawValue
        case .at(let key):
            kind = key.kind.rawValue
            name = key.name
        }
        let bounds = ResourcePlace.bounds(below: name ?? "")
        return try read { db in
            var entries: [LogEntry] = []
            try db.forEach(
                """
                SELECT c.sequence, c.kind, c.name, c.at, c.is_late, c.before, c.after, c.actor, c.sessions,
                    c.commit_number, f.id, f.message, f.acknowledged_at, d.outcome, d.decided_by, d.reason,
                    r.result, r.reason
                FROM change c LEFT JOIN feedback_commit f ON f.number = c.commit_number
                LEFT JOIN decision d ON d.sequence = (
                    SELECT max(sequence) FROM decision
                    WHERE commit_id = f.id AND kind = c.kind AND name = c.name)
                LEFT JOIN roll_back r ON r.decision = d.sequence
                WHERE c.sequence < ?1 AND (?2 IS NULL OR c.kind = ?2)
                    AND (?3 IS NULL OR c.name = ?3 OR (c.kind = 'file' AND c.name >= ?4 AND c.name < ?5))
                ORDER BY c.sequence DESC LIMIT ?6
                """,
                .integer(sequence ?? .max),
                .text(kind),
                .text(name),
                .text(bounds.from),
                .text(bounds.to),
                .integer(Int64(limit))
            ) { row in
                entries.append(try row.logEntry())
            }
            return entries
        }
    }
}

extension SQLRow {
    fileprivate func logEntry() throws -> LogEntry {
        let state: LogEntry.State
        if let outcome = optionalText(13) {
            guard let outcome = RecordedDecision.Outcome(rawValue: outcome) else {
                throw UnreadableRecord(reason: "a decision has the unknown outcome \(outcome)")
            }
            state = .decided(outcome)
        } else if let number = optionalInteger(9) {
            state = number == 0 ? .settled : isNull(12) ? .committed : .sent
        } else {
            state = .open
        }
        return LogEntry(
            recorded: try recordedChange(),
            state: state,
            commit: optionalText(10).map(CommitID.init(checked:)),
            message: optionalText(11),
            by: optionalText(14),
            reason: optionalText(15),
            rollBack: optionalText(16).flatMap(RollBack.Result.init(rawValue:)),
            obstacle: optionalText(17)
        )
    }
}
