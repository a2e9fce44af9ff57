internal import FabricModel
internal import Foundation
internal import GRDB

/// The rows of `uploads`: contents that nothing was seen to name yet.
enum UploadRow {
    /// A content that nothing may name.
    struct Candidate: Sendable {
        var content: Int64
        var digest: String
        var lastCommit: Int64
    }

    /// Notes that a content has come, or has come again, and which commits cannot name it, since it was not there.
    static func note(_ content: Int64, isNew: Bool, in db: Database) throws {
        let now = Int64(Date().timeIntervalSince1970 * 1_000_000)
        if isNew {
            try db.cachedStatement(
                sql: """
                    INSERT INTO uploads (content, at, last_commit)
                    VALUES (?, ?, (SELECT coalesce(max(id), 0) FROM commits)) ON CONFLICT DO NOTHING
                    """
            )
            .execute(arguments: [content, now])
        } else {
            try db.cachedStatement(sql: "UPDATE uploads SET at = ? WHERE content = ?")
                .execute(arguments: [now, content])
        }
    }

    /// Contents that came before a moment.
    static func candidates(before moment: Timestamp, limit: Int, in db: Database) throws -> [Candidate] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT u.content, c.digest, u.last_commit FROM uploads u JOIN contents c ON c.id = u.content
                WHERE u.at < ? ORDER BY u.content LIMIT ?
                """,
            arguments: [moment.microseconds, limit]
        )
        .map { Candidate(content: $0[0], digest: $0[1], lastCommit: $0[2]) }
    }

    /// Those of the candidates' digests that a commit above a row names, or a revision where these are to be looked through.
    ///   - hasRevisions: Whether there are revisions that were not.
    static func named(
        _ candidates: [Candidate],
        after commit: Int64,
        withRevisions hasRevisions: Bool = true,
        in db: Database
    ) throws -> Set<String> {
        let digests = Set(candidates.map(\.digest))
        var named = Set<String>()
        let commits = try String.fetchCursor(
            db,
            sql: "SELECT changes FROM commits WHERE id > ? ORDER BY id",
            arguments: [commit]
        )
        while named.count < digests.count, let text = try commits.next() {
            named.formUnion(digests.intersection(self.digests(in: text)))
        }
        guard hasRevisions else { return named }
        let revisions = try String.fetchCursor(db, sql: "SELECT items FROM revisions")
        while named.count < digests.count, let text = try revisions.next() {
            named.formUnion(digests.intersection(self.digests(in: text)))
        }
        return named
    }

    /// What in a JSON text has the shape of a content's digest.
    static func digests(in text: String) -> Set<String> {
        let prefix = Array("sha256:".utf8)
        var found = Set<String>()
        let bytes = Array(text.utf8)
        var index = 0
        while index + prefix.count + 64 <= bytes.count {
            guard bytes[index] == prefix[0], bytes[index..<(index + prefix.count)].elementsEqual(prefix)
            else {
                index += 1
                continue
            }
            found.insert(String(decoding: bytes[index..<(index + prefix.count + 64)], as: UTF8.self))
            index += prefix.count + 64
        }
        return found
    }

    /// Nothing is to be asked of these any more.
    static func settle(_ candidates: [Candidate], in db: Database) throws {
        for candidate in candidates {
            try db.cachedStatement(sql: "DELETE FROM uploads WHERE content = ?")
                .execute(arguments: [candidate.content])
        }
    }

    /// Removes contents that nothing names.
    static func remove(_ candidates: [Candidate], in db: Database) throws {
        try settle(candidates, in: db)
        for candidate in candidates {
            try db.cachedStatement(sql: "DELETE FROM holdings WHERE content = ?")
                .execute(arguments: [candidate.content])
            try db.cachedStatement(sql: "DELETE FROM contents WHERE id = ?")
                .execute(arguments: [candidate.content])
        }
    }
}

extension Schema {
    static let uploads = """
        -- Contents that nothing was seen to name since they came. Those from before this version are never among them.
        CREATE TABLE uploads (
            content INTEGER PRIMARY KEY REFERENCES contents (id),
            at INTEGER NOT NULL,
            -- The newest commit when it came; it and those before cannot name it.
            last_commit INTEGER NOT NULL
        );
        """
}
