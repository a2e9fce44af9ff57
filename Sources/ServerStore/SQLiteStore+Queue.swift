public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Commits with undecided changes, in the order in which they came, from the one after a commit on; of one node
    /// where one is given.
    ///
    /// - Throws: `unknownNode`; `unknownCommit` for a commit that never was.
    public func queue(node: NodeID?, after commit: CommitID?, limit: Int) async throws -> [QueuedCommit] {
        try await read { db in
            let node = try node.map { try NodeRow.row($0, in: db) }
            // A commit stays where it is when it leaves the queue.
            let last = try commit.map { try CommitRow.row($0, in: db) } ?? 0
            let statement = try db.cachedStatement(sql: Self.queueSQL(ofOneNode: node != nil))
            let rows = try Row.fetchAll(statement, arguments: [last, max(0, limit), node])
            let conflicts = try ConflictSearch(rows.map { $0[7] }, in: db).found
            return try rows.map { row in
                QueuedCommit(
                    id: CommitID(checked: row[0]),
                    nodeName: try NodeName(row[1]),
                    author: try storedValue(Actor.self, row[2]),
                    message: row[3],
                    at: Timestamp(microseconds: row[4]),
                    changes: row[5],
                    undecided: row[6],
                    conflicts: conflicts[row[7]]?.count ?? 0
                )
            }
        }
    }

    static func queueSQL(ofOneNode: Bool) -> String {
        """
        SELECT c.uuid, n.name, c.author, c.message, c.at, c.change_count, q.undecided, c.id
        FROM queue q JOIN commits c ON c.id = q.[commit] JOIN nodes n ON n.id = q.node
        WHERE q.[commit] > ?1 AND (\(ofOneNode ? "q.node = ?3" : "?3 IS NULL")) ORDER BY q.[commit] LIMIT ?2
        """
    }

    /// A commit by its id or an abbreviation of at least four characters.
    ///
    /// - Throws: `unknownCommit`, `ambiguousID`.
    public func commit(_ reference: String) async throws -> CommitDetail {
        try await read { db in
            let commit = try StoredCommit.existing(Abbreviation.commit(reference, in: db), in: db)
            let decisions = try DecisionRow.decisions(on: commit.row, in: db)
            let isDecided = commit.changes.indices.allSatisfy { decisions[$0 + 1] != nil }
            let conflicts = try ConflictSearch(isDecided ? [] : [commit.row], in: db).found[commit.row] ?? [:]
            return CommitDetail(
                id: commit.id,
                node: commit.node,
                nodeName: commit.nodeName,
                sequence: commit.sequence,
                author: commit.author,
                message: commit.message,
                at: commit.at,
                receivedAt: commit.receivedAt,
                trigger: commit.trigger,
                changes: commit.changes.enumerated()
                    .map { index, change in
                        ReviewedChange(
                            number: index + 1,
                            change: change,
                            decision: decisions[index + 1],
                            conflict: conflicts[index + 1]
                        )
                    }
            )
        }
    }

    /// The node's decisions above a sequence, oldest first.
    ///
    /// - Throws: `unknownNode`.
    public func decisions(for node: NodeID, after sequence: Int64) async throws -> [Decision] {
        try await read { db in
            try DecisionRow.decisions(for: NodeRow.row(node, in: db), after: sequence, in: db)
        }
    }
}
