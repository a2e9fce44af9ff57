internal import FabricAPI
internal import FabricModel
internal import GRDB

/// The rows of `commits`; they are never changed.
enum CommitRow {
    /// Inserts a commit and puts it in the queue; false when it is there already.
    ///
    /// - Throws: `commitMismatch`.
    static func insert(_ commit: CommitText, of node: Int64, at: Timestamp, in db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                INSERT INTO commits
                (uuid, node, sequence, at, received_at, trigger, author, message, change_count, changes)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """
        )
        .execute(arguments: [
            commit.id.text, node, commit.sequence, commit.at,
            at.microseconds, commit.trigger, commit.author, commit.message, commit.changeCount,
            commit.changes,
        ])
        guard db.changesCount == 1 else {
            try checkSame(commit, of: node, in: db)
            return false
        }
        let row = db.lastInsertedRowID
        try EventRow.note(commit: row, of: node, at: at, in: db)
        guard commit.changeCount > 0 else { return true }
        try db.cachedStatement(sql: "INSERT INTO queue ([commit], node, undecided) VALUES (?, ?, ?)")
            .execute(arguments: [row, node, commit.changeCount])
        try NodeStates.noteUndecided(node, at: at, in: db)
        return true
    }

    /// The row of a commit, where nothing else is asked.
    ///
    /// - Throws: `unknownCommit`.
    static func row(_ id: CommitID, in db: Database) throws -> Int64 {
        let statement = try db.cachedStatement(sql: "SELECT id FROM commits WHERE uuid = ?")
        guard let row = try Int64.fetchOne(statement, arguments: [id.text]) else {
            throw StoredCommit.unknown(id)
        }
        return row
    }

    /// Checks that the commit in the way is the very same one.
    private static func checkSame(_ commit: CommitText, of node: Int64, in db: Database) throws {
        let statement = try db.cachedStatement(
            sql: "SELECT node, sequence, at, trigger, author, message, changes FROM commits WHERE uuid = ?"
        )
        guard let row = try Row.fetchOne(statement, arguments: [commit.id.text]) else {
            throw APIError(
                .commitMismatch,
                "the node has sent another commit with sequence \(commit.sequence); was its state folder restored "
                    + "or copied? enrol it anew",
                subject: commit.id.text
            )
        }
        let heading =
            row[0] == node && row[1] == commit.sequence && row[2] == commit.at
            && row[3] == commit.trigger && row[5] == commit.message
        guard
            try heading && isSame(Actor.self, row[4], commit.author)
                && isSame([Change].self, row[6], commit.changes)
        else {
            throw APIError(
                .commitMismatch,
                "the server has a commit of this id that says something else; the node must make a new id for it",
                subject: commit.id.text
            )
        }
    }

    /// Whether two texts stand for the same value; another version may have written it in another way.
    private static func isSame<Value: Decodable & Equatable>(
        _ type: Value.Type,
        _ stored: String,
        _ new: String
    ) throws -> Bool {
        try stored == new || storedValue(type, stored) == storedValue(type, new)
    }
}
