internal import FabricAPI
internal import FabricModel
internal import GRDB

/// The rows of `node_states`: where the feed says that each node stands, kept up in the transactions that move it.
enum NodeStates {
    /// So many nodes are read at a time.
    private static let batch = 500

    /// Looks where a node stands after what was just written, and tells the feed if it is elsewhere.
    static func look(at node: Int64, _ time: Timestamp, in db: Database) throws {
        guard let state = try NodeSummaries.of([node], in: db).first?.state else { return }
        try note(state, of: node, at: time, in: db)
    }

    /// The same for all nodes that have a tag; tag 0 stands for every node.
    static func look(atAllOf tag: Int64, _ time: Timestamp, in db: Database) throws {
        let nodes = try Row.fetchAll(
            db,
            sql: """
                SELECT id, name FROM nodes WHERE ?1 = 0 OR id IN (SELECT node FROM layers WHERE tag = ?1) ORDER BY name
                """,
            arguments: [tag]
        )
        try look(at: nodes, time, in: db)
    }

    /// Tells of a node that it has undecided changes, which few states come before.
    static func noteUndecided(_ node: Int64, at time: Timestamp, in db: Database) throws {
        switch try state(of: node, in: db) {
        case .failed, .conflicted, .pending: return
        case .clean, .behind, .drifted, nil: try note(.pending, of: node, at: time, in: db)
        }
    }

    /// Tells of the nodes that were what a tag said before its new revision: what they reported is of then.
    ///
    /// A node that has not reported yet is behind as long as its tags ask for anything. All of it in SQL, for a tag can
    /// have thousands of nodes, and its approval is not to wait for each of them.
    static func noteRevision(of tag: Int64, at time: Timestamp, in db: Database) throws {
        let moved = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT s.node, s.state, c.node IS NOT NULL OR EXISTS (
                        SELECT 1 FROM layers l JOIN tags t ON t.id = l.tag WHERE l.node = s.node AND t.entries > 0
                    ) AS is_behind
                    FROM layers a JOIN node_states s ON s.node = a.node LEFT JOIN convergence c ON c.node = s.node
                    WHERE a.tag = ? AND (s.state = 'clean' OR (s.state = 'behind' AND c.node IS NULL))
                    AND is_behind <> (s.state = 'behind') ORDER BY s.node
                    """
            ),
            arguments: [tag]
        )
        for row in moved { try note(row[2] ? .behind : .clean, of: row[0], at: time, in: db) }
    }

    /// Tells of nodes that the feed knows nothing of, for they were there before it.
    static func complete(_ db: Database) throws {
        let nodes = try Row.fetchAll(
            db,
            sql: "SELECT id, name FROM nodes WHERE id NOT IN (SELECT node FROM node_states) ORDER BY name"
        )
        guard !nodes.isEmpty else { return }
        let last = try Int64.fetchOne(db, sql: "SELECT at FROM events ORDER BY id DESC LIMIT 1")
        try look(at: nodes, Timestamp(microseconds: last ?? 0), in: db)
    }

    private static func look(at nodes: [Row], _ time: Timestamp, in db: Database) throws {
        for start in stride(from: 0, to: nodes.count, by: batch) {
            let part = nodes[start..<min(start + batch, nodes.count)]
            let rows = try part.reduce(into: [NodeName: Int64]()) { $0[try NodeName($1[1])] = $1[0] }
            for summary in try NodeSummaries.of(part.map { $0[0] }, in: db) {
                guard let row = rows[summary.name] else { continue }
                try note(summary.state, of: row, at: time, in: db)
            }
        }
    }

    private static func state(of node: Int64, in db: Database) throws -> NodeState? {
        let statement = try db.cachedStatement(sql: "SELECT state FROM node_states WHERE node = ?")
        return try String.fetchOne(statement, arguments: [node]).flatMap(NodeState.init(rawValue:))
    }

    private static func note(_ state: NodeState, of node: Int64, at time: Timestamp, in db: Database) throws {
        guard try self.state(of: node, in: db) != state else { return }
        try db.cachedStatement(sql: "REPLACE INTO node_states (node, state) VALUES (?, ?)")
            .execute(arguments: [node, state.rawValue])
        try EventRow.note(state, of: node, at: time, in: db)
    }
}
