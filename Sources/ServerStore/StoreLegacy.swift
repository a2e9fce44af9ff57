internal import FabricModel
internal import GRDB

/// What of a store outlives it when a backup takes its place.
struct StoreLegacy {
    /// A token that must not become good again.
    private struct EndedToken {
        var digest: String
        var revokedAt: Int64?
        var usedAt: Int64?
    }

    /// Whether the store could be read; if not, there may have been more.
    private(set) var isRead = false
    private(set) var redactions: [RedactionFile.Record] = []
    private var tokens: [EndedToken] = []

    /// Where there was no store.
    static let nothing = StoreLegacy()

    private init() {}

    /// Reads a store as far as it can be read, and has SQLite put what it had logged into the database.
    init(folder: StoreFolder) {
        do {
            let queue = try DatabaseQueue(path: folder.database)
            let (redactions, tokens) = try queue.read { db in
                (try RedactionRow.records(in: db), try Self.endedTokens(in: db))
            }
            try queue.close()
            (self.redactions, self.tokens, isRead) = (redactions, tokens, true)
        } catch {
            // It is damaged, which may be the very reason to restore: the caller tells what that means.
            isRead = false
        }
    }

    private static func endedTokens(in db: Database) throws -> [EndedToken] {
        guard try db.columns(in: "tokens").contains(where: { $0.name == "revoked_at" }) else { return [] }
        return
            try Row.fetchAll(
                db,
                sql:
                    "SELECT digest, revoked_at, used_at FROM tokens WHERE coalesce(revoked_at, used_at) IS NOT NULL"
            )
            .map { EndedToken(digest: $0[0], revokedAt: $0[1], usedAt: $0[2]) }
    }

    /// Ends those tokens of a restored store; how many were still good.
    func endTokens(at: Timestamp, in db: Database) throws -> Int {
        var count = 0
        for token in tokens {
            // A used one stands for a node that the backup does not know, and would register another.
            try db.execute(
                sql: """
                    UPDATE tokens SET revoked_at = ? WHERE digest = ? AND revoked_at IS NULL AND (? OR used_at IS NULL)
                    """,
                arguments: [token.revokedAt ?? at.microseconds, token.digest, token.revokedAt != nil]
            )
            count += db.changesCount
        }
        return count
    }
}

extension RedactionRow {
    /// All records, oldest first; none of a database from before there were any.
    static func records(in db: Database) throws -> [RedactionFile.Record] {
        guard try db.tableExists("redactions") else { return [] }
        return
            try Row.fetchAll(
                db,
                sql: "SELECT digest, at, principal, reason FROM redactions ORDER BY at, digest"
            )
            .map { row in
                RedactionFile.Record(
                    digest: try ContentDigest(row[0]),
                    at: Timestamp(microseconds: row[1]),
                    by: row[2],
                    reason: row[3]
                )
            }
    }
}
