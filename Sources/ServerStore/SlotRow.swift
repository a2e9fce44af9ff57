internal import FabricAPI
internal import FabricModel
internal import GRDB

/// The rows of `slots` and `failures`.
///
/// A slot whose time is over stands for a failure, as long as its tag has no newer revision: the node did not report
/// back. So nobody needs to watch the clock. One that the node never confirmed stands for nothing.
enum SlotRow {
    /// The tags of which a node has a slot whose time is not over.
    static func held(by node: Int64, at: Timestamp, in db: Database) throws -> Set<Int64> {
        try Set(
            Int64.fetchAll(
                db.cachedStatement(sql: "SELECT tag FROM slots WHERE node = ? AND expires_at > ?"),
                arguments: [node, at.microseconds]
            )
        )
    }

    /// The other nodes that converge to a tag, with the ends of their slots.
    static func holders(
        of tag: TagRow,
        besides node: Int64,
        at: Timestamp,
        in db: Database
    ) throws -> [(name: NodeName, end: Timestamp)] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT n.name, s.expires_at FROM slots s JOIN nodes n ON n.id = s.node
                    WHERE s.tag = ? AND s.expires_at > ? AND s.node <> ? ORDER BY n.name
                    """
            ),
            arguments: [tag.row, at.microseconds, node]
        )
        .map { (try NodeName($0[0]), Timestamp(microseconds: $0[1])) }
    }

    /// Takes a slot of a tag, or renews it.
    static func take(
        _ tag: TagRow,
        for node: Int64,
        until end: Timestamp,
        _ isConfirmed: Bool,
        in db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO slots (tag, node, revision, expires_at, is_confirmed) VALUES (?, ?, ?, ?, ?)
                """
        )
        .execute(arguments: [tag.row, node, tag.revision, end.microseconds, isConfirmed])
    }

    /// Ends a node's slot of a tag.
    static func release(_ tag: Int64, of node: Int64, in db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM slots WHERE tag = ? AND node = ?")
            .execute(arguments: [tag, node])
    }

    /// Ends all slots of a node, those too whose time was over, and gives the tags back.
    static func release(of node: Int64, in db: Database) throws -> Set<Int64> {
        let tags = try Set(
            Int64.fetchAll(
                db.cachedStatement(sql: "SELECT tag FROM slots WHERE node = ?"),
                arguments: [node]
            )
        )
        for tag in tags { try release(tag, of: node, in: db) }
        return tags
    }

    /// Forgets what a node had to do with tags that it does not include any more.
    static func forgetOthers(of node: Int64, in db: Database) throws {
        for table in ["slots", "failures"] {
            try db.execute(
                sql: """
                    DELETE FROM \(table) WHERE node = ?1 AND tag NOT IN (SELECT tag FROM layers WHERE node = ?1)
                    """,
                arguments: [node]
            )
        }
    }

    /// Has what failed stop nobody any more; `false` where nothing did.
    static func waive(_ tag: Int64, at: Timestamp, in db: Database) throws -> Bool {
        let before = db.totalChangesCount
        try db.execute(
            sql: "DELETE FROM slots WHERE tag = ? AND expires_at <= ?",
            arguments: [tag, at.microseconds]
        )
        try db.execute(
            sql: "UPDATE failures SET is_waived = 1 WHERE tag = ? AND is_waived = 0",
            arguments: [tag]
        )
        return db.totalChangesCount > before
    }

    /// Keeps which steps fail on a node, in place of what failed there before; what was waived stays so.
    ///
    /// Of open tags, of which steps were not tried, what failed before is kept too.
    static func keep(
        _ failures: [(tag: Int64, failure: SlotReport.Failure)],
        besides open: Set<Int64>,
        on node: Int64,
        at: Timestamp,
        in db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql: "SELECT tag, key, revision, at, is_waived FROM failures WHERE node = ?"
        )
        let known = try Row.fetchAll(statement, arguments: [node])
        for row in known where !open.contains(row[0]) {
            try db.cachedStatement(sql: "DELETE FROM failures WHERE node = ? AND tag = ? AND key = ?")
                .execute(arguments: [node, row[0] as Int64, row[1] as String])
        }
        for (tag, failure) in failures {
            let key = failure.key.description
            let earlier = known.first { row in
                row[0] == tag && row[1] == key && row[2] == failure.revision.number
            }
            try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO failures (tag, node, key, revision, message, at, is_waived)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """
            )
            .execute(arguments: [
                tag, node, key, failure.revision.number, failure.message,
                earlier?[3] ?? at.microseconds, earlier?[4] ?? 0,
            ])
        }
    }
}
