internal import FabricAPI
internal import FabricModel
internal import GRDB

/// What stops the nodes of a tag, from the rows of `slots` and `failures`.
enum StopRow {
    /// What stops a tag for a node; nothing, where the node is one of those that failed: it tries again.
    static func find(_ tag: TagRow, for node: Int64, at: Timestamp, in db: Database) throws -> RolloutStop? {
        let isOwn =
            try Bool.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT EXISTS (SELECT 1 FROM failures WHERE tag = ?1 AND node = ?2)
                            OR EXISTS (
                                SELECT 1 FROM slots
                                WHERE tag = ?1 AND node = ?2 AND expires_at <= ?3 AND revision = ?4
                                    AND is_confirmed = 1
                            )
                        """
                ),
                arguments: [tag.row, node, at.microseconds, tag.revision]
            ) ?? false
        return isOwn ? nil : try find(tag, at: at, in: db)
    }

    /// What stops a tag; the oldest of several.
    static func find(_ tag: TagRow, at: Timestamp, in db: Database) throws -> RolloutStop? {
        let statement = try db.cachedStatement(sql: select + "WHERE tag = ?2 ORDER BY at LIMIT 1")
        return try Row.fetchOne(statement, arguments: [at.microseconds, tag.row]).map(stop)
    }

    /// What stops any tag, by tag; of each the oldest cause.
    static func all(at: Timestamp, in db: Database) throws -> [RolloutStop] {
        let rows = try Row.fetchAll(db, sql: select + "ORDER BY name, at", arguments: [at.microseconds])
        var stops: [RolloutStop] = []
        for stop in try rows.map(stop) where stops.last?.tag != stop.tag { stops.append(stop) }
        return stops
    }

    private static let select = """
        SELECT * FROM (
            SELECT f.tag AS tag, t.name AS name, n.name AS node, f.key AS key, f.revision AS revision,
                f.message AS message, f.at AS at
            FROM failures f JOIN tags t ON t.id = f.tag JOIN nodes n ON n.id = f.node WHERE f.is_waived = 0
            UNION ALL
            SELECT s.tag, t.name, n.name, NULL, s.revision, 'it did not report back', s.expires_at
            FROM slots s JOIN tags t ON t.id = s.tag JOIN nodes n ON n.id = s.node
            WHERE s.expires_at <= ?1 AND s.revision = t.revision AND s.is_confirmed = 1
        )

        """

    private static func stop(_ row: Row) throws -> RolloutStop {
        let key: String? = row[3]
        return RolloutStop(
            tag: try TagName(row[1]),
            node: try NodeName(row[2]),
            key: try key.map { try ResourceKey($0) },
            revision: row[4],
            message: row[5],
            since: Timestamp(microseconds: row[6])
        )
    }
}
