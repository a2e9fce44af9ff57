public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Removes a content that should never have been stored, and refuses it from then on, also where the database is
    /// restored from a copy of before.
    ///
    /// Nothing of its bytes is left in the files of the store: its pages are overwritten, the database is packed, in which
    /// nobody else can write, and the log of writes is emptied.
    public func redact(
        _ digest: ContentDigest,
        reason: String?,
        by principal: String,
        at: Timestamp
    ) async throws -> RedactionOutcome {
        let record = RedactionFile.Record(digest: digest, at: at, by: principal, reason: reason)
        try await onThread { [redactions] in
            // From here on it is redacted, whatever happens: what a crash leaves is done when the store is opened.
            if try !redactions.records().contains(where: { $0.digest == digest }) {
                try redactions.append(record)
            }
        }
        let wasHeld = try await writer.perform { db in
            let wasHeld = try RedactionRow.apply(record, in: db)
            try Audit.note(.redact, digest.text, detail: reason, by: principal, at: at, in: db)
            return wasHeld
        }
        try await onThread { [pool] in try Self.overwrite(pool) }
        return try await read { db in
            let nodes = try String.fetchAll(
                db,
                sql: """
                    SELECT n.name FROM redaction_notices r JOIN nodes n ON n.id = r.node WHERE r.digest = ?
                    ORDER BY n.name
                    """,
                arguments: [digest.text]
            )
            let entries = try Row.fetchAll(
                db,
                sql: """
                    SELECT t.name, e.key FROM entries e JOIN tags t ON t.id = e.tag
                    WHERE e.digest = ? AND e.entry IS NOT NULL ORDER BY t.name, e.key
                    """,
                arguments: [digest.text]
            )
            return RedactionOutcome(
                wasHeld: wasHeld,
                nodes: try nodes.map { try NodeName($0) },
                entries: try entries.map {
                    RedactionOutcome.Entry(tag: try TagName($0[0]), key: try ResourceKey($0[1]))
                }
            )
        }
    }

    /// Contents that a node is to forget.
    ///
    /// - Throws: `unknownNode`.
    public func redactions(for node: NodeID) async throws -> [ContentDigest] {
        try await read { db in try RedactionRow.digests(for: NodeRow.row(node, in: db), in: db) }
    }

    /// Redacts again what the database, which may be a restored copy, does not know to be redacted.
    static func redactAgain(_ file: RedactionFile, in pool: DatabasePool) throws {
        let missing = try pool.read { db in
            try file.records().filter { try !RedactionRow.isRedacted($0.digest, in: db) }
        }
        guard !missing.isEmpty else { return }
        try pool.write { db in
            for record in missing { _ = try RedactionRow.apply(record, in: db) }
        }
        try overwrite(pool)
    }

    /// Packs the database and empties the log of writes, so that no free page and no older copy of a page is left.
    private static func overwrite(_ pool: DatabasePool) throws {
        do {
            try pool.vacuum()
            _ = try pool.writeWithoutTransaction { db in try db.checkpoint(.truncate) }
        } catch {
            throw StoreError(
                .failed,
                "database",
                "the content is gone from the store, but older copies of its pages may still lie in the files; try "
                    + "again, with the server stopped if need be",
                cause: error
            )
        }
    }
}
