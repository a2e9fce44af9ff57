internal import FabricAPI
internal import FabricModel
internal import GRDB

/// Which shared tags nodes included, and when.
enum Inclusions {
    /// Keeps a node's new list.
    static func note(_ tags: [TagName], of node: Int64, at: Timestamp, in db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO inclusions (node, at, tags) VALUES (?, ?, ?)")
            .execute(arguments: [node, at.microseconds, tags.map(\.text).joined(separator: " ")])
    }

    /// The tags of a node at a moment, its own first, deleted ones too.
    ///
    /// - Throws: `unknownNode` where it was not registered yet.
    static func layers(of node: LayeredNode, at time: Timestamp, in db: Database) throws -> [TagRow] {
        let registered = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT registered_at FROM nodes WHERE id = ?"),
            arguments: [node.row]
        )
        if let registered, registered > time.microseconds {
            let since = Timestamp(microseconds: registered).toSecond
            throw APIError(
                .unknownNode,
                "the node was not there then; it was registered at \(since)",
                subject: node.name.text
            )
        }
        let statement = try db.cachedStatement(
            sql: "SELECT tags FROM inclusions WHERE node = ? AND at <= ? ORDER BY id DESC LIMIT 1"
        )
        let names = try String.fetchOne(statement, arguments: [node.row, time.microseconds]) ?? ""
        return try Array(node.tags.prefix(1))
            + names.split(separator: " ")
            .map { name in
                let name = try TagName(String(name))
                guard let tag = try TagRow.find(name, in: db) else { throw TagRow.unknown(name) }
                return tag
            }
    }
}
