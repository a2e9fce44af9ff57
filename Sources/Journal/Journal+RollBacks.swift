public import FabricModel
import GRDB

extension Journal {
    /// Changes that reviewers ask to put back and that wait for it, by key.
    ///
    /// Of one resource only the newest is named: where several changes of it go, each begins where the one after it ended.
    public func pendingRollBacks() throws(JournalError) -> [RollBack] {
        try read { db in
            var pending: [ResourceKey: RollBack] = [:]
            try db.forEach(
                """
                SELECT c.position, c.kind, c.name, c.at, c.is_late, c.before, c.after, c.actor, NULL, f.id,
                    d.sequence, d.outcome, d.revision, d.decided_by, d.reason, d.at, r.reason, EXISTS (
                        SELECT 1 FROM commit_change l JOIN feedback_commit g ON g.number = l.commit_number
                        WHERE l.kind = c.kind AND l.name = c.name AND l.commit_number > c.commit_number
                        AND NOT EXISTS (
                            SELECT 1 FROM decision e JOIN roll_back b ON b.decision = e.sequence
                            WHERE e.commit_id = g.id AND e.kind = c.kind AND e.name = c.name
                            AND b.result = 'done'))
                FROM decision d JOIN feedback_commit f ON f.id = d.commit_id
                JOIN commit_change c ON c.commit_number = f.number AND c.kind = d.kind AND c.name = d.name
                LEFT JOIN roll_back r ON r.decision = d.sequence
                WHERE d.outcome = 'roll-back' AND (r.result IS NULL OR r.result = 'failed')
                ORDER BY f.number, d.sequence
                """
            ) { row in
                let change = try row.recordedChange().change
                let commit = CommitID(checked: row.text(9))
                guard let decision = try row.decision(from: 10, of: commit, change.key) else { return }
                pending[change.key] = RollBack(
                    decision: decision,
                    change: change,
                    isSuperseded: row.integer(17) != 0,
                    failure: row.optionalText(16)
                )
            }
            return pending.values.sorted { $0.change.key < $1.change.key }
        }
    }

    /// Keeps what came of a roll-back, durable on return; one that failed stays pending.
    ///
    /// - Parameters:
    ///   - rollBack: The roll-back.
    ///   - result: What came of it.
    ///   - reason: Why it was skipped or failed.
    ///   - time: When.
    /// - Throws: `diskFull` and others.
    public func mark(
        _ rollBack: RollBack,
        _ result: RollBack.Result,
        because reason: String? = nil,
        at time: Timestamp
    ) throws(JournalError) {
        try transaction { db, _ in
            try db.run(
                "REPLACE INTO roll_back VALUES (?, ?, ?, ?)",
                .integer(rollBack.decision.sequence),
                .text(result.rawValue),
                .text(reason),
                .integer(time.microseconds)
            )
        }
    }
}
