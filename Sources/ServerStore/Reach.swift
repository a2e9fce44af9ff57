internal import FabricModel
internal import GRDB

/// Which nodes a change of a tag's entries means anything to.
enum Reach {
    /// A node's tags in order of precedence.
    private struct Node {
        var name: NodeName
        var tags: [Int64]
    }

    /// The nodes, by name, whose effective configuration differs after the items.
    static func nodes(of items: [Revision.Item], in tag: TagRow, _ db: Database) throws -> [NodeName] {
        var rest = try nodes(with: tag, db)
        var reached: [NodeName] = []
        for item in items where !rest.isEmpty {
            let entries = try entries(of: item.key, db)
            var after = entries
            after[tag.row] = item.after
            rest.removeAll { node in
                let isReached = value(in: entries, node.tags) != value(in: after, node.tags)
                if isReached { reached.append(node.name) }
                return isReached
            }
        }
        return reached.sorted()
    }

    private static func value(in entries: [Int64: Entry], _ tags: [Int64]) -> Entry? {
        tags.lazy.compactMap { entries[$0] }.first
    }

    private static func nodes(with tag: TagRow, _ db: Database) throws -> [Node] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT n.id, n.name, l.tag FROM layers l JOIN nodes n ON n.id = l.node
                WHERE l.node IN (SELECT node FROM layers WHERE tag = ?) ORDER BY l.node, l.position
                """
        )
        var nodes: [Int64: Node] = [:]
        for row in try Row.fetchAll(statement, arguments: [tag.row]) {
            let name = try NodeName(row[1])
            nodes[row[0], default: Node(name: name, tags: [])].tags.append(row[2])
        }
        return Array(nodes.values)
    }

    private static func entries(of key: ResourceKey, _ db: Database) throws -> [Int64: Entry] {
        let statement = try db.cachedStatement(
            sql: "SELECT tag, entry FROM entries WHERE key = ? AND entry IS NOT NULL"
        )
        return try Row.fetchAll(statement, arguments: [key.description])
            .reduce(into: [:]) { $0[$1[0]] = try storedValue(Entry.self, $1[1]) }
    }
}
