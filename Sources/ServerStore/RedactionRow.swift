internal import FabricAPI
internal import FabricModel
internal import GRDB

/// The rows of `redactions`, and what they refuse.
enum RedactionRow {
    static func isRedacted(_ digest: ContentDigest, in db: Database) throws -> Bool {
        let statement = try db.cachedStatement(sql: "SELECT 1 FROM redactions WHERE digest = ?")
        return try Int.fetchOne(statement, arguments: [digest.text]) != nil
    }

    /// Refuses a content that was redacted.
    ///
    /// - Throws: `contentRedacted`.
    static func check(_ digest: ContentDigest, _ subject: String? = nil, in db: Database) throws {
        guard try isRedacted(digest, in: db) else { return }
        throw APIError(
            .contentRedacted,
            "this content was redacted and is refused for good; what it held has to become something else",
            subject: subject ?? digest.text
        )
    }

    /// Those that a node is to forget.
    static func digests(for node: Int64, in db: Database) throws -> [ContentDigest] {
        let statement = try db.cachedStatement(
            sql: "SELECT digest FROM redaction_notices WHERE node = ? ORDER BY digest"
        )
        return try String.fetchAll(statement, arguments: [node]).map { try ContentDigest($0) }
    }

    /// Has a node forget a content, as one that names it has it.
    static func tell(_ node: Int64, of digest: ContentDigest, in db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT INTO redaction_notices (node, digest) VALUES (?, ?) ON CONFLICT DO NOTHING"
        )
        .execute(arguments: [node, digest.text])
    }

    /// Overwrites a content with nothing, where it is held, and leaves the mark; whether it was held.
    static func apply(_ record: RedactionFile.Record, in db: Database) throws -> Bool {
        let digest = record.digest.text
        // Else the pages that it lay on would only be marked as free.
        try db.execute(sql: "PRAGMA secure_delete = ON")
        defer { try? db.execute(sql: "PRAGMA secure_delete = OFF") }
        try db.execute(
            sql:
                "UPDATE contents SET size = 0, encoding = 0, body = x'' WHERE digest = ? AND length(body) > 0",
            arguments: [digest]
        )
        let wasHeld = db.changesCount > 0
        try db.execute(
            sql: """
                INSERT INTO redactions (digest, at, principal, reason) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
            arguments: [digest, record.at.microseconds, record.by, record.reason]
        )
        for node in try concerned(by: record.digest, in: db) {
            try tell(node, of: record.digest, in: db)
        }
        return wasHeld
    }

    /// The nodes that uploaded a content, or have or had a tag that ever asked for it.
    private static func concerned(by digest: ContentDigest, in db: Database) throws -> Set<Int64> {
        let holders = try Int64.fetchAll(
            db,
            sql: """
                SELECT h.node FROM contents c JOIN holdings h ON h.content = c.id WHERE c.digest = ? AND h.node > 0
                """,
            arguments: [digest.text]
        )
        let tags = try Row.fetchAll(
            db,
            sql: """
                SELECT id, name FROM tags
                WHERE id IN (SELECT tag FROM revisions WHERE instr(items, ?) > 0)
                """,
            arguments: [digest.text]
        )
        var nodes = Set(holders)
        for tag in tags {
            let (row, name): (Int64, String) = (tag[0], tag[1])
            nodes.formUnion(
                try Int64.fetchAll(
                    db,
                    sql: """
                        SELECT node FROM layers WHERE tag = ?1
                        UNION SELECT node FROM inclusions WHERE instr(' ' || tags || ' ', ' ' || ?2 || ' ') > 0
                        """,
                    arguments: [row, name]
                )
            )
        }
        return nodes
    }
}
