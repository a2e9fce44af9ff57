internal import FabricAPI
internal import FabricModel
internal import GRDB

/// Nodes with where they stand, read in three statements however many there are.
enum NodeSummaries {
    /// All nodes by name, or the one in `row`.
    static func read(_ row: Int64?, _ contacts: Contacts, in db: Database) throws -> [NodeSummary] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT n.id, n.uuid, n.name, n.machine_id, n.operating_system, n.registered_at, n.last_contact,
                    COALESCE(q.undecided, 0),
                    EXISTS (SELECT 1 FROM settlements s WHERE s.node = n.id AND s.tolerated > s.approved)
                FROM nodes n LEFT JOIN (
                    SELECT node, SUM(undecided) AS undecided FROM queue WHERE ?1 IS NULL OR node = ?1 GROUP BY node
                ) q ON q.node = n.id
                WHERE ?1 IS NULL OR n.id = ?1 ORDER BY n.name
                """
        )
        let tags = try included(row, in: db)
        return try Row.fetchAll(statement, arguments: [row])
            .map { row in
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

    private static func included(_ row: Int64?, in db: Database) throws -> [Int64: [TagName]] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT l.node, t.name FROM layers l JOIN tags t ON t.id = l.tag
                WHERE l.position > 0 AND (?1 IS NULL OR l.node = ?1) ORDER BY l.node, l.position
                """
        )
        var tags: [Int64: [TagName]] = [:]
        for row in try Row.fetchAll(statement, arguments: [row]) {
            tags[row[0], default: []].append(try TagName(row[1]))
        }
        return tags
    }
}
