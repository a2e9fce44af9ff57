public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Stops the convergence of a tag's nodes, or of all; a pause that holds already stays as it is.
    ///
    /// - Throws: `unknownTag`.
    public func pause(
        _ tag: TagName?,
        reason: String?,
        by principal: String,
        at: Timestamp
    ) async throws -> Pause {
        try await writer.perform { db in
            let row = try tag.map { try TagRow.existing($0, in: db).row } ?? PauseRow.everyNode
            if let known = try PauseRow.find(row, in: db) { return known }
            try db.execute(
                sql: "INSERT INTO pauses (tag, principal, reason, at) VALUES (?, ?, ?, ?)",
                arguments: [row, principal, reason, at.microseconds]
            )
            try Audit.note(.pause, tag?.text ?? "all", detail: reason, by: principal, at: at, in: db)
            try NodeStates.look(atAllOf: row, at, in: db)
            try Generation.advance(db)
            return Pause(tag: tag, by: principal, reason: reason, since: at)
        }
    }

    /// Lets the convergence of a tag's nodes, or of all, go on; `false` when it was not stopped.
    ///
    /// That a step of the tag failed stops nobody any more, unless it fails elsewhere too.
    ///
    /// - Throws: `unknownTag`.
    public func resume(_ tag: TagName?, by principal: String, at: Timestamp) async throws -> Bool {
        try await writer.perform { db in
            let row = try tag.map { try TagRow.existing($0, in: db).row } ?? PauseRow.everyNode
            try db.execute(sql: "DELETE FROM pauses WHERE tag = ?", arguments: [row])
            var isResumed = db.changesCount > 0
            if tag != nil, try SlotRow.waive(row, at: at, in: db) { isResumed = true }
            guard isResumed else { return false }
            try Audit.note(.resume, tag?.text ?? "all", by: principal, at: at, in: db)
            try NodeStates.look(atAllOf: row, at, in: db)
            try Generation.advance(db)
            return true
        }
    }

    /// All pauses that hold, that of every node first, then by tag.
    public func pauses() async throws -> [Pause] {
        try await read { db in try PauseRow.all(in: db) }
    }
}

/// The rows of `pauses`.
enum PauseRow {
    /// Stands for every node in place of a tag.
    static let everyNode: Int64 = 0

    private static let select = """
        SELECT t.name, p.principal, p.reason, p.at, p.tag FROM pauses p LEFT JOIN tags t ON t.id = p.tag
        """

    static func all(in db: Database) throws -> [Pause] {
        try Row.fetchAll(db, sql: select + " ORDER BY t.name").map(pause)
    }

    /// All that hold, with the rows of their tags, ordered as ``find(ofNode:in:)`` prefers them.
    static func rows(in db: Database) throws -> [(Pause, tag: Int64)] {
        try Row.fetchAll(db, sql: select + " ORDER BY p.at, p.tag").map { (try pause($0), $0[4]) }
    }

    static func find(_ tag: Int64, in db: Database) throws -> Pause? {
        try Row.fetchOne(db, sql: select + " WHERE p.tag = ?", arguments: [tag]).map(pause)
    }

    /// The pause that stops a node, the oldest of several, and the row of its tag.
    static func find(ofNode node: Int64, in db: Database) throws -> (Pause, tag: Int64)? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT t.name, p.principal, p.reason, p.at, p.tag
                FROM pauses p LEFT JOIN tags t ON t.id = p.tag
                WHERE p.tag = 0 OR p.tag IN (SELECT tag FROM layers WHERE node = ?)
                ORDER BY p.at, p.tag LIMIT 1
                """
        )
        return try Row.fetchOne(statement, arguments: [node]).map { (try pause($0), $0[4]) }
    }

    private static func pause(_ row: Row) throws -> Pause {
        let tag: String? = row[0]
        return Pause(
            tag: try tag.map { try TagName($0) },
            by: row[1],
            reason: row[2],
            since: Timestamp(microseconds: row[3])
        )
    }
}
