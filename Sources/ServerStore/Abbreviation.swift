internal import FabricAPI
internal import FabricModel
internal import GRDB

/// Finds commits by the beginning or the end of their id, or the beginning of what is shown of it.
enum Abbreviation {
    /// Characters that an abbreviation must have.
    static let shortest = 4

    /// The one commit that `reference` names.
    ///
    /// - Throws: `unknownCommit`, `ambiguousID`.
    static func commit(_ reference: String, in db: Database) throws -> CommitID {
        if let id = try? CommitID(reference) { return id }
        let isPossible =
            (shortest..<36).contains(reference.utf8.count)
            && reference.utf8.allSatisfy { "0123456789abcdef-".utf8.contains($0) }
        let found = isPossible ? try beginning(reference, in: db).union(shown(reference, in: db)) : []
        guard let id = found.first else {
            throw APIError(
                .unknownCommit,
                "no commit has this id; give at least \(shortest) characters of its beginning or end, or of what 'weft queue' shows",
                subject: EscapedText.escape(reference.utf8)
            )
        }
        guard found.count == 1 else {
            let ids = found.sorted().prefix(5).joined(separator: ", ")
            throw APIError(
                .ambiguousID,
                "several commits are meant: \(ids); give more of the id",
                subject: reference
            )
        }
        return CommitID(checked: id)
    }

    private static func beginning(_ text: String, in db: Database) throws -> Set<String> {
        let statement = try db.cachedStatement(
            sql: "SELECT uuid FROM commits WHERE uuid >= ? AND uuid < ? ORDER BY uuid LIMIT 6"
        )
        return try Set(String.fetchAll(statement, arguments: [text, text + "g"]))
    }

    /// The ids that end so, or whose short form begins so.
    ///
    /// Reads through the ids, 36 bytes each: an index would cost every new commit a page of its own.
    private static func shown(_ text: String, in db: Database) throws -> Set<String> {
        let statement = try db.cachedStatement(
            sql: """
                SELECT uuid FROM commits WHERE SUBSTR(uuid, -?1) = ?2 OR SUBSTR(uuid, -8, ?1) = ?2
                ORDER BY uuid LIMIT 6
                """
        )
        return try Set(String.fetchAll(statement, arguments: [text.utf8.count, text]))
    }
}
