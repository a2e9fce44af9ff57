internal import FabricModel
internal import Foundation
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
    private var credentials: [NodeCredential] = []
    private var candidates: [CandidateRow] = []
    /// By their keys, which no two have in common.
    private var webhooks: Set<Data> = []

    /// Where there was no store.
    static let nothing = StoreLegacy()

    private init() {}

    /// Reads a store as far as it can be read, and has SQLite put what it had logged into the database.
    init(folder: StoreFolder) {
        do {
            let queue = try DatabaseQueue(path: folder.database)
            let found = try queue.read { db in
                var found = StoreLegacy.nothing
                found.redactions = try RedactionRow.records(in: db)
                found.tokens = try Self.endedTokens(in: db)
                found.credentials = try NodeCredential.all(in: db)
                found.candidates = try db.tableExists("candidates") ? CandidateRow.all(in: db) : []
                if try db.tableExists("webhooks") {
                    found.webhooks = try Data.fetchSet(db, sql: "SELECT secret FROM webhooks")
                }
                found.isRead = true
                return found
            }
            try queue.close()
            self = found
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
        // By the node too: the backup may know certificates of a life that the replaced store was no part of.
        for (node, own) in Dictionary(grouping: credentials, by: \.node)
        where own.allSatisfy({ $0.revokedAt != nil }) {
            try db.execute(
                sql:
                    "UPDATE tokens SET revoked_at = ? WHERE node = ? AND role IS NULL AND revoked_at IS NULL",
                arguments: [at.microseconds, node]
            )
            count += db.changesCount
        }
        return count
    }

    /// Adds the certificates of nodes that a restored store knows, for they may be newer than it; how many are good.
    func addCredentials(in db: Database) throws -> Int {
        var count = 0
        for credential in credentials where try credential.add(in: db) && credential.revokedAt == nil {
            count += 1
        }
        return count
    }

    /// Has those wait that waited for somebody to accept them, and only those be accepted that were.
    func replaceCandidates(in db: Database) throws {
        guard isRead else {
            // Whoever was accepted may have been let in and revoked since.
            try db.execute(sql: "UPDATE candidates SET accepted_by = NULL")
            return
        }
        try db.execute(sql: "DELETE FROM candidates")
        for row in candidates { try row.insert(in: db) }
    }

    /// Removes the webhooks that were removed, whose addresses are to be told nothing any more.
    func removeWebhooks(in db: Database) throws {
        guard isRead else { return }
        for secret in try Data.fetchAll(db, sql: "SELECT secret FROM webhooks")
        where !webhooks.contains(secret) {
            try db.execute(sql: "DELETE FROM webhooks WHERE secret = ?", arguments: [secret])
        }
    }
}

/// By what a node of the replaced store proves who it is.
private struct NodeCredential {
    var digest: String
    var name: String
    var node: String
    var addedAt: Int64
    var revokedAt: Int64?
    var expiresAt: Int64

    /// All, revoked or not; none of a database from before nodes had certificates.
    static func all(in db: Database) throws -> [NodeCredential] {
        guard try db.columns(in: "tokens").contains(where: { $0.name == "expires_at" }) else { return [] }
        return
            try Row.fetchAll(
                db,
                sql: """
                    SELECT digest, name, node, added_at, revoked_at, expires_at FROM tokens
                    WHERE role IS NULL AND node IS NOT NULL AND expires_at IS NOT NULL
                    """
            )
            .map {
                NodeCredential(
                    digest: $0[0],
                    name: $0[1],
                    node: $0[2],
                    addedAt: $0[3],
                    revokedAt: $0[4],
                    expiresAt: $0[5]
                )
            }
    }

    /// Adds it to a store that knows the node, and not it; whether it does so.
    func add(in db: Database) throws -> Bool {
        try db.execute(
            sql: """
                INSERT INTO tokens (digest, name, node, added_at, revoked_at, expires_at)
                SELECT ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM nodes WHERE uuid = ?) ON CONFLICT DO NOTHING
                """,
            arguments: [digest, name, node, addedAt, revokedAt, expiresAt, node]
        )
        return db.changesCount > 0
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
