internal import FabricAPI
internal import FabricModel
internal import GRDB

/// The rows of `contents` and `holdings`.
enum Content {
    /// The node number that stands for the reviewers.
    static let reviewers: Int64 = 0

    static func row(_ digest: ContentDigest, in db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM contents WHERE digest = ?"),
            arguments: [digest.text]
        )
    }

    /// Keeps a body, unless another request did meanwhile.
    static func insert(_ body: ContentBody, size: Int, _ digest: ContentDigest, in db: Database) throws {
        try db.cachedStatement(
            sql:
                "INSERT INTO contents (digest, size, encoding, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
        )
        .execute(arguments: [digest.text, size, body.encoding.rawValue, body.bytes])
    }

    /// Notes that a node, or the reviewers, uploaded a content.
    static func hold(_ content: Int64, by node: Int64, in db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT INTO holdings (content, node) VALUES (?, ?) ON CONFLICT DO NOTHING"
        )
        .execute(arguments: [content, node])
    }

    /// Whether the node uploaded the content.
    static func isUploaded(_ digest: ContentDigest, by node: Int64, in db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT 1 FROM contents c JOIN holdings h ON h.content = c.id AND h.node = ?2 WHERE c.digest = ?1
                """
        )
        return try Int.fetchOne(statement, arguments: [digest.text, node]) != nil
    }

    /// Whether the node uploaded the content, or what it should be needs it.
    static func isHeld(_ digest: ContentDigest, for node: Int64, in db: Database) throws -> Bool {
        if try isUploaded(digest, by: node, in: db) { return true }
        let statement = try db.cachedStatement(
            sql: """
                SELECT 1 FROM entries e JOIN layers l ON l.tag = e.tag AND l.node = ?2
                WHERE e.digest = ?1 AND NOT EXISTS (
                    SELECT 1 FROM layers above JOIN entries f ON f.tag = above.tag AND f.key = e.key
                    WHERE above.node = ?2 AND above.position < l.position AND f.entry IS NOT NULL)
                """
        )
        return try Int.fetchOne(statement, arguments: [digest.text, node]) != nil
    }

    static func unknown(_ digest: ContentDigest) -> APIError {
        APIError(
            .unknownContent,
            "the server does not hold this content; upload it first",
            subject: digest.text
        )
    }
}
