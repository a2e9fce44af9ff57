public import FabricAPI
internal import FabricModel
internal import GRDB

extension SQLiteStore {
    /// What happened after a cursor, oldest first, in an order that never changes; without one from the beginning.
    ///
    /// - Throws: `unknownCursor`; `invalidRequest` for what is no cursor.
    public func events(after cursor: String?, limit: Int) async throws -> [FabricEvent] {
        let cursor = try cursor.map { (text) throws(APIError) in try EventCursor(text) }
        return try await read { db in
            try EventRow.page(after: cursor?.check(in: db) ?? 0, limit: limit, in: db)
        }
    }

    /// The cursor of what happened last; `nil` where nothing has.
    public func newestCursor() async throws -> String? {
        try await read { db in
            let statement = try db.cachedStatement(sql: "SELECT id, at FROM events ORDER BY id DESC LIMIT 1")
            return try Row.fetchOne(statement)
                .map { EventCursor(id: $0[0], at: Timestamp(microseconds: $0[1])).text }
        }
    }
}
