internal import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Those of the digests that are not held for the node, in the order given.
    ///
    /// - Throws: `unknownNode`.
    public func missing(_ digests: [ContentDigest], for node: NodeID) async throws -> [ContentDigest] {
        let unknown = held.unknown(digests, for: node)
        return try await read { db in
            let row = try NodeRow.row(node, in: db)
            return try digests.filter { digest in
                try unknown.contains(digest) && !Content.isHeld(digest, for: row, in: db)
                    && !RedactionRow.isRedacted(digest, in: db)
            }
        }
    }

    /// Keeps a content for the node that uploaded it.
    ///
    /// - Throws: `digestMismatch`, `unknownNode`.
    public func putContent(_ content: [UInt8], digest: ContentDigest, from node: NodeID) async throws {
        try await keep(content, digest) { db in try NodeRow.row(node, in: db) }
        held.add([digest], for: node)
    }

    /// Keeps a content that a reviewer uploaded.
    ///
    /// - Throws: `digestMismatch`.
    public func putContent(
        _ content: [UInt8],
        digest: ContentDigest,
        by principal: String,
        at: Timestamp
    ) async throws {
        try await keep(content, digest) { db in
            try Audit.note(.putContent, digest.text, by: principal, at: at, in: db)
            return Content.reviewers
        }
    }

    /// Keeps a content for whoever holds it then.
    private func keep(
        _ content: [UInt8],
        _ digest: ContentDigest,
        for holder: @escaping @Sendable (Database) throws -> Int64
    ) async throws {
        let isKnown = try await read { db in try Content.row(digest, in: db) != nil }
        let body = try await onThread {
            try Self.check(content, digest)
            return isKnown ? nil : ContentBody(of: content)
        }
        try await writer.perform { db in
            try RedactionRow.check(digest, in: db)
            let holder = try holder(db)
            let isNew = try Content.row(digest, in: db) == nil
            if isNew {
                // It may have gone since it was looked for.
                let body = body ?? ContentBody(of: content)
                try Content.insert(body, size: content.count, digest, in: db)
            }
            guard let row = try Content.row(digest, in: db) else { throw Content.unknown(digest) }
            try UploadRow.note(row, isNew: isNew, in: db)
            try Content.hold(row, by: holder, in: db)
        }
    }

    /// A content's bytes.
    ///
    /// - Throws: `unknownContent`.
    public func content(_ digest: ContentDigest) async throws -> [UInt8] {
        try await read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT size, encoding, body FROM contents WHERE digest = ?"
            )
            guard let row = try Row.fetchOne(statement, arguments: [digest.text]) else {
                try RedactionRow.check(digest, in: db)
                throw Content.unknown(digest)
            }
            if row[0] == 0 { try RedactionRow.check(digest, in: db) }
            return try ContentBody(encoding: row[1], bytes: row[2], digest: digest)
                .content(size: row[0], digest: digest)
        }
    }

    /// Whether a node may read the content: it uploaded it, or it is in its effective configuration.
    ///
    /// - Throws: `unknownNode`.
    public func isContent(_ digest: ContentDigest, readableBy node: NodeID) async throws -> Bool {
        try await read { db in
            try Content.isHeld(digest, for: NodeRow.row(node, in: db), in: db)
        }
    }

    private static func check(_ content: [UInt8], _ digest: ContentDigest) throws {
        guard ContentDigest.sha256(content) == digest else {
            throw APIError(
                .digestMismatch,
                "the content has another SHA-256 digest; send the bytes as they were recorded",
                subject: digest.text
            )
        }
    }
}
