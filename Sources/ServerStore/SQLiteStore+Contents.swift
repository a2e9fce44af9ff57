internal import FabricAPI
public import FabricModel
internal import Foundation
internal import GRDB

extension SQLiteStore {
    /// Those of the digests that are not held for the node, in the order given.
    ///
    /// - Throws: `unknownNode`.
    public func missing(_ digests: [ContentDigest], for node: NodeID) async throws -> [ContentDigest] {
        let unknown = held.unknown(Set(digests), for: node)
        return try await read { db in
            let row = try NodeRow.existing(node, in: db).row
            return try digests.filter { digest in
                try unknown.contains(digest) && !Content.isHeld(digest, for: row, in: db)
            }
        }
    }

    /// Keeps a content for the node that uploaded it, or for reviewers where `node` is `nil`.
    ///
    /// - Throws: `digestMismatch`, `unknownNode`.
    public func putContent(_ content: [UInt8], digest: ContentDigest, from node: NodeID?) async throws {
        let isKnown = try await read { db in try Content.row(digest, in: db) != nil }
        let body = try await onThread { try Self.body(of: content, digest, isKnown: isKnown) }
        try await writer.perform { db in
            let holder = try node.map { try NodeRow.existing($0, in: db).row } ?? Content.reviewers
            let row =
                try Content.row(digest, in: db) ?? Self.insert(body, size: content.count, digest, in: db)
            try Content.hold(row, by: holder, in: db)
        }
        if let node { held.add([digest], for: node) }
    }

    /// A content's bytes.
    ///
    /// - Throws: `unknownContent`.
    public func content(_ digest: ContentDigest) async throws -> [UInt8] {
        try await read { db in
            let statement = try db.cachedStatement(sql: "SELECT body FROM contents WHERE digest = ?")
            guard let body = try Data.fetchOne(statement, arguments: [digest.text]) else {
                throw Content.unknown(digest)
            }
            return Array(body)
        }
    }

    /// Whether a node may read the content: it uploaded it, or it is in its effective configuration.
    ///
    /// - Throws: `unknownNode`.
    public func isContent(_ digest: ContentDigest, readableBy node: NodeID) async throws -> Bool {
        try await read { db in
            try Content.isHeld(digest, for: NodeRow.existing(node, in: db).row, in: db)
        }
    }

    private static func body(of content: [UInt8], _ digest: ContentDigest, isKnown: Bool) throws -> Data {
        guard ContentDigest.sha256(content) == digest else {
            throw APIError(
                .digestMismatch,
                "the content has another SHA-256 digest; send the bytes as they were recorded",
                subject: digest.text
            )
        }
        return isKnown ? Data() : Data(content)
    }

    private static func insert(
        _ body: Data,
        size: Int,
        _ digest: ContentDigest,
        in db: Database
    ) throws -> Int64 {
        try db.cachedStatement(sql: "INSERT INTO contents (digest, size, encoding, body) VALUES (?, ?, ?, ?)")
            .execute(arguments: [digest.text, size, Content.Encoding.plain.rawValue, body])
        return db.lastInsertedRowID
    }
}
