internal import GRDB

/// The number that grows with every change of a tag, an inclusion or a decision.
enum Generation {
    static func read(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT value FROM generation")) ?? 0
    }

    static func advance(_ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE generation SET value = value + 1").execute()
    }
}
