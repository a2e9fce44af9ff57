internal import FabricAPI
internal import FabricModel
internal import GRDB

/// The rows of `decisions`, and what they leave in the queue.
enum DecisionRow {
    /// What a reviewer said of changes of one commit.
    struct Verdict {
        var outcome: Decision.Outcome
        var by: String
        var reason: String?
        var at: Timestamp
    }

    /// The numbers of the changes that are to be decided: all undecided ones, or those that were named.
    ///
    /// - Throws: `unknownChange`, `alreadyDecided`; `invalidRequest` for an empty list.
    static func undecided(_ named: [Int]?, of commit: StoredCommit, in db: Database) throws -> [Int] {
        let decided = try decisions(on: commit.row, in: db)
        guard let named else {
            let rest = commit.changes.indices.map { $0 + 1 }.filter { decided[$0] == nil }
            guard !rest.isEmpty else {
                throw APIError(
                    .alreadyDecided,
                    "all changes of this commit are decided",
                    subject: commit.id.text
                )
            }
            return rest
        }
        guard !named.isEmpty else {
            throw APIError(
                .invalidRequest,
                "name at least one change, or none to mean all",
                subject: commit.id.text
            )
        }
        let numbers = Set(named).sorted()
        for number in numbers {
            guard commit.changes.indices.contains(number - 1) else {
                throw APIError(
                    .unknownChange,
                    "there is no change \(number); the commit's changes have the numbers 1 to \(commit.changes.count)",
                    subject: commit.id.text
                )
            }
            if let decision = decided[number] {
                throw APIError(
                    .alreadyDecided,
                    "change \(number) was \(decision.outcome.participle) by \(decision.by) at \(decision.at.toSecond)",
                    subject: decision.key.description
                )
            }
        }
        return numbers
    }

    /// Decides changes; each in `revisions` was taken by the revision that it is mapped to.
    static func insert(
        _ numbers: [Int],
        of commit: StoredCommit,
        _ verdict: Verdict,
        revision: (Int) -> RevisionReference? = { _ in nil },
        in db: Database
    ) throws {
        let last = try NodeRow.existing(commit.node, in: db).lastDecision
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO decisions (node, sequence, [commit], number, key, outcome, revision, by, reason, at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        for (index, number) in numbers.enumerated() {
            let key = commit.change(number).key.description
            try statement.execute(arguments: [
                commit.nodeRow, last + Int64(index) + 1, commit.row, number, key, verdict.outcome.rawValue,
                revision(number)?.description, verdict.by, verdict.reason, verdict.at.microseconds,
            ])
            try settle(key, of: commit, verdict.outcome, in: db)
        }
        try db.execute(
            sql: "UPDATE nodes SET last_decision = ? WHERE id = ?",
            arguments: [last + Int64(numbers.count), commit.nodeRow]
        )
        try db.execute(
            sql: "UPDATE queue SET undecided = undecided - ? WHERE [commit] = ?",
            arguments: [numbers.count, commit.row]
        )
        try db.execute(
            sql: "DELETE FROM queue WHERE [commit] = ? AND undecided <= 0",
            arguments: [commit.row]
        )
        let taking = numbers.lazy.compactMap(revision).first
        try EventRow.note(verdict, on: numbers.count, of: commit, revision: taking, in: db)
        try NodeStates.look(at: commit.nodeRow, verdict.at, in: db)
        try Generation.advance(db)
    }

    /// The decisions on a commit's changes by their numbers.
    static func decisions(on commit: Int64, in db: Database) throws -> [Int: Decision] {
        let statement = try db.cachedStatement(sql: select + "WHERE d.[commit] = ?")
        return try Row.fetchAll(statement, arguments: [commit])
            .reduce(into: [:]) { $0[$1[8]] = try decision($1) }
    }

    /// A node's decisions above a sequence, oldest first.
    static func decisions(for node: Int64, after sequence: Int64, in db: Database) throws -> [Decision] {
        let statement = try db.cachedStatement(
            sql: select + "WHERE d.node = ? AND d.sequence > ? ORDER BY d.sequence"
        )
        return try Row.fetchAll(statement, arguments: [node, sequence]).map(decision)
    }

    private static let select = """
        SELECT d.sequence, c.uuid, d.key, d.outcome, d.revision, d.by, d.reason, d.at, d.number
        FROM decisions d JOIN commits c ON c.id = d.[commit]

        """

    private static func decision(_ row: Row) throws -> Decision {
        guard let outcome = Decision.Outcome(rawValue: row[3]) else {
            throw StoreError(
                .damaged,
                "decision",
                "its outcome is none that is known; restore a copy of the database"
            )
        }
        let revision: String? = row[4]
        return Decision(
            sequence: row[0],
            commit: CommitID(checked: row[1]),
            key: try ResourceKey(row[2]),
            outcome: outcome,
            revision: try revision.map { try RevisionReference($0) },
            by: row[5],
            reason: row[6],
            at: Timestamp(microseconds: row[7])
        )
    }

    private static func settle(
        _ key: String,
        of commit: StoredCommit,
        _ outcome: Decision.Outcome,
        in db: Database
    ) throws {
        // A node that goes back to what it was does not drift.
        let column = outcome == .tolerated ? "tolerated" : "approved"
        try db.cachedStatement(
            sql: """
                INSERT INTO settlements (node, key, \(column)) VALUES (?, ?, ?)
                ON CONFLICT (node, key) DO UPDATE SET \(column) = MAX(\(column), excluded.\(column))
                """
        )
        .execute(arguments: [commit.nodeRow, key, commit.sequence])
    }
}

extension Decision.Outcome {
    fileprivate var participle: String {
        switch self {
        case .approved, .tolerated: rawValue
        case .rolledBack: "rejected, to be rolled back,"
        }
    }
}
