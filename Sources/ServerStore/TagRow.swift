internal import FabricAPI
internal import FabricModel
internal import GRDB

/// A tag as the other tables refer to it.
struct TagRow: Sendable {
    var row: Int64
    var name: TagName
    /// The newest revision's number, 0 before the first.
    var revision: Int64
    var entries: Int
    var isRetired: Bool
    /// How many nodes may converge to it at a time.
    var atOnce: Int

    /// The tag of that name, retired or not.
    static func find(_ name: TagName, in db: Database) throws -> TagRow? {
        let statement = try db.cachedStatement(
            sql:
                "SELECT id, name, revision, entries, retired_at IS NOT NULL, at_once FROM tags WHERE name = ?"
        )
        return try Row.fetchOne(statement, arguments: [name.text]).map(TagRow.init)
    }

    /// The tag of that name; one that was deleted is not there.
    ///
    /// - Throws: `unknownTag`.
    static func existing(_ name: TagName, in db: Database) throws -> TagRow {
        guard let tag = try find(name, in: db) else { throw unknown(name) }
        guard !tag.isRetired else {
            throw APIError(
                .unknownTag,
                "the tag was deleted; 'weft tag create \(name)' makes it again, empty and with its history, "
                    + "of which 'weft revert' then puts back what is wanted",
                subject: name.text
            )
        }
        return tag
    }

    /// Tags by name, from the one after a name on.
    static func page(after name: TagName?, limit: Int, in db: Database) throws -> [TagRow] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT id, name, revision, entries, 0, at_once FROM tags
                WHERE name > ? AND retired_at IS NULL ORDER BY name LIMIT ?
                """
        )
        return try Row.fetchAll(statement, arguments: [name?.text ?? "", max(0, limit)]).map(TagRow.init)
    }

    /// Tags by name, retired ones too, from the one after a name on.
    static func everyPage(after name: TagName?, limit: Int, in db: Database) throws -> [TagRow] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT id, name, revision, entries, retired_at IS NOT NULL, at_once FROM tags
                WHERE name > ? ORDER BY name LIMIT ?
                """
        )
        return try Row.fetchAll(statement, arguments: [name?.text ?? "", max(0, limit)]).map(TagRow.init)
    }

    static func name(_ row: Int64, in db: Database) throws -> TagName {
        let statement = try db.cachedStatement(sql: "SELECT name FROM tags WHERE id = ?")
        guard let name = try String.fetchOne(statement, arguments: [row]) else {
            throw StoreError(.damaged, "tag \(row)", "a layer names a tag that is not there; restore a copy")
        }
        return try TagName(name)
    }

    static func insert(_ name: TagName, in db: Database) throws -> Int64 {
        try db.execute(sql: "INSERT INTO tags (name) VALUES (?)", arguments: [name.text])
        return db.lastInsertedRowID
    }

    /// The nodes that have a tag as a layer, by tag; the tags follow each other by name.
    static func nodes(_ tags: [TagRow], in db: Database) throws -> [Int64: [NodeName]] {
        guard let first = tags.first, let last = tags.last else { return [:] }
        let statement = try db.cachedStatement(
            sql: """
                SELECT l.tag, n.name FROM tags t JOIN layers l ON l.tag = t.id JOIN nodes n ON n.id = l.node
                WHERE t.name BETWEEN ? AND ? ORDER BY n.name
                """
        )
        var nodes: [Int64: [NodeName]] = [:]
        for row in try Row.fetchAll(statement, arguments: [first.name.text, last.name.text]) {
            nodes[row[0], default: []].append(try NodeName(row[1]))
        }
        return nodes
    }

    func summary(nodes: [NodeName]) -> TagSummary {
        TagSummary(
            name: name,
            entries: entries,
            revision: revision,
            nodes: nodes,
            atOnce: name.isShared ? atOnce : nil
        )
    }

    static func unknown(_ name: TagName) -> APIError {
        let way = name.isShared ? "; 'weft tag create \(name)' makes it" : ", for there is no such node"
        return APIError(.unknownTag, "there is no such tag\(way)", subject: name.text)
    }

    /// Reads id, name, revision, entries, whether it is retired, and how many nodes it takes at once, in this order.
    init(_ row: Row) throws {
        self.row = row[0]
        name = try TagName(row[1])
        revision = row[2]
        entries = row[3]
        isRetired = row[4]
        atOnce = row[5] ?? APILimits.defaultAtOnce
    }
}
