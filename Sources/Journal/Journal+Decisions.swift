public import FabricModel
import GRDB

extension Journal {
    static let newestDecision = "journal/last-decision"
    /// From where resources are held: the newest change of each counts, and of that the newest decision.
    static let held = """
        FROM commit_change c JOIN feedback_commit f ON f.number = c.commit_number
        LEFT JOIN decision d ON d.sequence = (
            SELECT max(sequence) FROM decision
            WHERE commit_id = f.id AND kind = c.kind AND name = c.name)
        WHERE (d.outcome IS NULL OR d.outcome = 'tolerated' OR (d.outcome = 'roll-back' AND NOT EXISTS (
            SELECT 1 FROM roll_back r WHERE r.decision = d.sequence AND r.result <> 'failed')))
        AND NOT EXISTS (
            SELECT 1 FROM commit_change later
            WHERE later.kind = c.kind AND later.name = c.name AND later.commit_number > c.commit_number)
        """

    /// Keeps what reviewers said, durable on return; decisions that are known already are passed over.
    public func recordDecisions(_ decisions: [RecordedDecision]) throws(JournalError) {
        guard !decisions.isEmpty else { return }
        try transaction { db, _ in
            var newest = try db.metaValue(Self.newestDecision).flatMap(Int64.init) ?? 0
            for decision in decisions {
                try db.insert(decision)
                newest = max(newest, decision.sequence)
            }
            try db.setMetaValue(String(newest), for: Self.newestDecision)
        }
    }

    /// The sequence of the newest decision that was recorded; 0 before the first.
    public func lastDecision() throws(JournalError) -> Int64 {
        try read { db in try db.metaValue(Self.newestDecision).flatMap(Int64.init) ?? 0 }
    }

    /// Resources whose newest commit is undecided, tolerated or still to be rolled back, by key.
    public func heldResources(limit: Int = .max) throws(JournalError) -> [HeldRecord] {
        try read { db in
            var records: [HeldRecord] = []
            try db.forEach(
                """
                SELECT c.kind, c.name, f.id, f.at, d.sequence, d.outcome, d.revision, d.decided_by, d.reason, d.at,
                    f.acknowledged_at
                \(Self.held) ORDER BY c.kind, c.name LIMIT ?
                """,
                .integer(Int64(limit))
            ) { row in
                let key = try ResourceKey(kind: row.text(0), name: row.text(1))
                let commit = CommitID(checked: row.text(2))
                records.append(
                    HeldRecord(
                        key: key,
                        commit: commit,
                        since: Timestamp(microseconds: row.integer(3)),
                        isSent: !row.isNull(10),
                        decision: try row.decision(from: 4, of: commit, key)
                    )
                )
            }
            return records
        }
    }

    /// The changes of a resource that are in a commit and not decided, in the order of the commits.
    ///
    /// - Throws: `damaged` and others.
    public func undecidedChanges(of key: ResourceKey) throws(JournalError) -> [Change] {
        try read { db in
            var changes: [Change] = []
            try db.forEach(
                """
                SELECT c.position, c.kind, c.name, c.at, c.is_late, c.before, c.after, c.actor, NULL
                FROM commit_change c JOIN feedback_commit f ON f.number = c.commit_number
                WHERE c.kind = ? AND c.name = ? AND NOT EXISTS (
                    SELECT 1 FROM decision d WHERE d.commit_id = f.id AND d.kind = c.kind AND d.name = c.name)
                ORDER BY c.commit_number
                """,
                .text(key.kind.rawValue),
                .text(key.name)
            ) { row in
                changes.append(try row.recordedChange().change)
            }
            return changes
        }
    }

    /// How many resources ``heldResources(limit:)`` would give without a limit.
    public func heldResourceCount() throws(JournalError) -> Int {
        try read { db in Int(try db.first("SELECT count(*) \(Self.held)") { $0.integer(0) } ?? 0) }
    }
}

extension Database {
    fileprivate func insert(_ decision: RecordedDecision) throws {
        try run(
            "INSERT OR IGNORE INTO decision VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            .integer(decision.sequence),
            .text(decision.commit.text),
            .text(decision.key.kind.rawValue),
            .text(decision.key.name),
            .text(decision.outcome.rawValue),
            .text(decision.revision?.description),
            .text(decision.by),
            .text(decision.reason),
            .integer(decision.at.microseconds)
        )
    }
}

extension SQLRow {
    /// The decision in six columns: sequence, outcome, revision, decided_by, reason, at; `nil` where there is none.
    func decision(from column: Int32, of commit: CommitID, _ key: ResourceKey) throws -> RecordedDecision? {
        guard let sequence = optionalInteger(column) else { return nil }
        guard let outcome = RecordedDecision.Outcome(rawValue: text(column + 1)) else {
            throw UnreadableRecord(reason: "a decision has the unknown outcome \(text(column + 1))")
        }
        return RecordedDecision(
            sequence: sequence,
            commit: commit,
            key: key,
            outcome: outcome,
            revision: try optionalText(column + 2).map { try RevisionReference($0) },
            by: text(column + 3),
            reason: optionalText(column + 4),
            at: Timestamp(microseconds: integer(column + 5))
        )
    }
}
