internal import FabricAPI
internal import FabricModel
internal import GRDB

/// Nodes with where they stand, read in four statements however many there are.
enum NodeSummaries {
    /// Nodes by name, from the one after a name on.
    static func page(
        after name: NodeName?,
        limit: Int,
        _ contacts: Contacts,
        in db: Database
    ) throws -> [NodeSummary] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: select("SELECT * FROM nodes WHERE name > ? ORDER BY name LIMIT ?") + "ORDER BY n.name"
            ),
            arguments: [name?.text ?? "", max(0, limit)]
        )
        return try summaries(rows, contacts, in: db)
    }

    static func one(_ row: Int64, _ contacts: Contacts, in db: Database) throws -> NodeSummary? {
        let statement = try db.cachedStatement(sql: select("SELECT * FROM nodes WHERE id = ?"))
        return try summaries(Row.fetchAll(statement, arguments: [row]), contacts, in: db).first
    }

    /// The nodes of rows that lie close together by name.
    static func of(_ rows: [Int64], in db: Database) throws -> [NodeSummary] {
        guard !rows.isEmpty else { return [] }
        let list = rows.map { "\($0)" }.joined(separator: ",")
        let nodes = "SELECT * FROM nodes WHERE id IN (\(list)) ORDER BY name"
        return try summaries(
            Row.fetchAll(db, sql: select(nodes) + "ORDER BY n.name"),
            Contacts(),
            in: db
        )
    }

    private static func select(_ nodes: String) -> String {
        """
        WITH n AS MATERIALIZED (\(nodes))
        SELECT n.id, n.uuid, n.name, n.machine_id, n.operating_system, n.registered_at, n.last_contact,
            COALESCE(q.undecided, 0),
            EXISTS (SELECT 1 FROM settlements s WHERE s.node = n.id AND s.tolerated > s.approved),
            n.last_decision, c.report, c.at
        FROM n LEFT JOIN convergence c ON c.node = n.id LEFT JOIN (
            SELECT node, SUM(undecided) AS undecided FROM queue WHERE node IN (SELECT id FROM n) GROUP BY node
        ) q ON q.node = n.id

        """
    }

    private static func summaries(
        _ rows: [Row],
        _ contacts: Contacts,
        in db: Database
    ) throws -> [NodeSummary] {
        guard let first = rows.first, let last = rows.last else { return [] }
        let tags = try layers(from: first[2], to: last[2], in: db)
        let pauses = try PauseRow.rows(in: db)
        let life = try StoreLife.current(in: db).id
        return try rows.map { row in
            let id = NodeID(checked: row[1])
            let stored: Int64? = row[6]
            let undecided: Int = row[7]
            var node = LayeredNode(
                row: row[0],
                name: try NodeName(row[2]),
                lastDecision: row[9],
                life: life
            )
            node.tags = tags[node.row] ?? []
            node.pause(by: pauses)
            let convergence = try convergence(row, of: node)
            return NodeSummary(
                id: id,
                name: node.name,
                machineID: row[3],
                operatingSystem: row[4],
                state: state(undecided: undecided, isDrifted: row[8], convergence, of: node),
                tags: node.sharedTags,
                registeredAt: Timestamp(microseconds: row[5]),
                lastContact: contacts.latest(id, stored: stored.map(Timestamp.init(microseconds:))),
                undecided: undecided,
                convergence: convergence
            )
        }
    }

    /// What a node reported.
    private static func convergence(_ row: Row, of node: LayeredNode) throws -> NodeConvergence? {
        guard let text: String = row[10] else { return nil }
        let report = try storedValue(ConvergenceReport.self, text)
        return NodeConvergence(
            report: report,
            at: Timestamp(microseconds: row[11]),
            isCurrent: ConfigurationVersion(report.configuration)?.isCurrent(node) ?? false
        )
    }

    /// Of what a node is, what needs somebody most.
    private static func state(
        undecided: Int,
        isDrifted: Bool,
        _ convergence: NodeConvergence?,
        of node: LayeredNode
    ) -> NodeState {
        let report = convergence?.report
        if let report, report.failed > 0 { return .failed }
        if let report, report.conflicted > 0 { return .conflicted }
        if undecided > 0 { return .pending }
        let observesOnly = report.map { !$0.applies && $0.toDo > 0 } ?? false
        if isDrifted || observesOnly || report?.drifted ?? 0 > 0 { return .drifted }
        if let report, report.held > 0 { return .pending }
        guard let convergence else {
            // Of what nobody asked for, a node need not say whether it is so.
            return node.tags.contains { $0.entries > 0 } ? .behind : .clean
        }
        return convergence.isCurrent && convergence.report.toDo == 0 ? .clean : .behind
    }

    /// The node whose id is `reference`, or is abbreviated by it.
    static func row(abbreviated reference: String, in db: Database) throws -> Int64? {
        guard reference.utf8.count >= Abbreviation.shortest else { return nil }
        let matches = try Row.fetchCursor(db, sql: "SELECT id, uuid, name FROM nodes ORDER BY name")
            .filter { NodeID(checked: $0[1]).isAbbreviated(by: reference) }
            .map { (row: $0[0] as Int64, name: $0[2] as String) }
        let first = try Array(matches.prefix(5))
        guard first.count < 2 else {
            let names = first.map(\.name).joined(separator: ", ")
            throw APIError(
                .ambiguousID,
                "several nodes are meant: \(names); give more of the id, or the name",
                subject: reference
            )
        }
        return first.first?.row
    }

    /// The tags of the nodes between two names, in order of precedence, the own one first.
    private static func layers(
        from first: String,
        to last: String,
        in db: Database
    ) throws -> [Int64: [TagRow]] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT t.id, t.name, t.revision, t.entries, 0, t.at_once, l.node FROM nodes n
                JOIN layers l ON l.node = n.id JOIN tags t ON t.id = l.tag
                WHERE n.name BETWEEN ? AND ? ORDER BY l.node, l.position
                """
        )
        var tags: [Int64: [TagRow]] = [:]
        for row in try Row.fetchAll(statement, arguments: [first, last]) {
            tags[row[6], default: []].append(try TagRow(row))
        }
        return tags
    }
}
