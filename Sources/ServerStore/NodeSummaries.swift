internal import FabricAPI
internal import FabricModel
internal import GRDB

/// Nodes with where they stand, read in three statements however many there are.
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

    private static func select(_ nodes: String) -> String {
        """
        WITH n AS MATERIALIZED (\(nodes))
        SELECT n.id, n.uuid, n.name, n.machine_id, n.operating_system, n.registered_at, n.last_contact,
            COALESCE(q.undecided, 0),
            EXISTS (SELECT 1 FROM settlements s WHERE s.node = n.id AND s.tolerated > s.approved)
        FROM n LEFT JOIN (
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
        let tags = try included(from: first[2], to: last[2], in: db)
        return try rows.map { row in
            let id = NodeID(checked: row[1])
            let stored: Int64? = row[6]
            let undecided: Int = row[7]
            let isDrifted: Bool = row[8]
            return NodeSummary(
                id: id,
                name: try NodeName(row[2]),
                machineID: row[3],
                operatingSystem: row[4],
                state: undecided > 0 ? .pending : isDrifted ? .drifted : .clean,
                tags: tags[row[0]] ?? [],
                registeredAt: Timestamp(microseconds: row[5]),
                lastContact: contacts.latest(id, stored: stored.map(Timestamp.init(microseconds:))),
                undecided: undecided
            )
        }
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

    /// The shared tags of the nodes between two names.
    private static func included(
        from first: String,
        to last: String,
        in db: Database
    ) throws -> [Int64: [TagName]] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT l.node, t.name FROM nodes n
                JOIN layers l ON l.node = n.id AND l.position > 0 JOIN tags t ON t.id = l.tag
                WHERE n.name BETWEEN ? AND ? ORDER BY l.node, l.position
                """
        )
        var tags: [Int64: [TagName]] = [:]
        for row in try Row.fetchAll(statement, arguments: [first, last]) {
            tags[row[0], default: []].append(try TagName(row[1]))
        }
        return tags
    }
}
