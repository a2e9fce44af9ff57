internal import FabricAPI
internal import FabricModel
internal import GRDB

/// Finds commits by the beginning or the end of their id, both by an index.
enum Abbreviation {
    /// Characters that an abbreviation must have.
    static let shortest = 4

    /// The one commit that `reference` names.
    ///
    /// - Throws: `unknownCommit`, `ambiguousID`.
    static func commit(_ reference: String, in db: Database) throws -> CommitID {
        let isPossible =
            (shortest...36).contains(reference.utf8.count)
            && reference.utf8.allSatisfy { "0123456789abcdef-".utf8.contains($0) }
        let found = isPossible ? try beginning(reference, in: db).union(ending(reference, in: db)) : []
        guard let id = found.first else {
            throw APIError(
                .unknownCommit,
                "no commit has this id; give at least \(shortest) characters of its beginning or end",
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

    /// The last twelve digits of an id as a number, the last digit first.
    static func tail(of id: some StringProtocol) -> Int64 {
        id.utf8.suffix(12).reversed().reduce(0) { $0 << 4 | value(of: $1) }
    }

    private static func beginning(_ text: String, in db: Database) throws -> Set<String> {
        let statement = try db.cachedStatement(
            sql: "SELECT uuid FROM commits WHERE uuid >= ? AND uuid < ? ORDER BY uuid LIMIT 6"
        )
        return try Set(String.fetchAll(statement, arguments: [text, text + "g"]))
    }

    private static func ending(_ text: String, in db: Database) throws -> Set<String> {
        let digits = text.suffix(12)
        guard !digits.contains("-") else { return [] }
        let free = Int64(4 * (12 - digits.utf8.count))
        let lowest = tail(of: digits) << free
        let statement = try db.cachedStatement(
            sql:
                "SELECT uuid FROM commits WHERE tail BETWEEN ? AND ? AND uuid LIKE '%' || ? ORDER BY tail LIMIT 6"
        )
        return try Set(String.fetchAll(statement, arguments: [lowest, lowest + (1 << free) - 1, text]))
    }

    private static func value(of digit: UInt8) -> Int64 {
        Int64(digit <= UInt8(ascii: "9") ? digit - UInt8(ascii: "0") : digit - UInt8(ascii: "a") + 10)
    }
}
