internal import FabricAPI
internal import FabricModel
internal import GRDB

/// A node as the other tables refer to it.
struct NodeRow: Sendable {
    var row: Int64
    var id: NodeID
    var name: NodeName
    var lastDecision: Int64

    var ownTag: TagName { TagName(ownTagOf: name) }

    static func find(_ id: NodeID, in db: Database) throws -> NodeRow? {
        try Row.fetchOne(db.cachedStatement(sql: select + "WHERE uuid = ?"), arguments: [id.text])
            .map(NodeRow.init)
    }

    static func existing(_ id: NodeID, in db: Database) throws -> NodeRow {
        guard let node = try find(id, in: db) else { throw unknown(id.text) }
        return node
    }

    /// The row alone, where nothing else is asked.
    ///
    /// - Throws: `unknownNode`.
    static func row(_ id: NodeID, in db: Database) throws -> Int64 {
        let statement = try db.cachedStatement(sql: "SELECT id FROM nodes WHERE uuid = ?")
        guard let row = try Int64.fetchOne(statement, arguments: [id.text]) else { throw unknown(id.text) }
        return row
    }

    static func named(_ name: String, in db: Database) throws -> NodeRow? {
        try Row.fetchOne(db.cachedStatement(sql: select + "WHERE name = ?"), arguments: [name])
            .map(NodeRow.init)
    }

    static func unknown(_ reference: String) -> APIError {
        APIError(
            .unknownNode,
            "no node has this name or id; 'weft node list' shows all",
            subject: EscapedText.escape(reference.utf8)
        )
    }

    private static let select = "SELECT id, uuid, name, last_decision FROM nodes "

    private init(_ row: Row) throws {
        self.row = row[0]
        id = NodeID(checked: row[1])
        name = try NodeName(row[2])
        lastDecision = row[3]
    }
}
