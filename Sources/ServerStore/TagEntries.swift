internal import FabricModel
internal import GRDB

/// The entries of one tag as a revision in the making would leave them.
struct TagEntries {
    /// What the tag says of a resource and the revision that made it so; both survive as a pair when it says nothing.
    struct Current {
        var entry: Entry?
        /// 0 where no revision ever named the resource.
        var revision: Int64
    }

    let tag: TagRow
    private var stored: [ResourceKey: Current] = [:]
    private var written: [ResourceKey: Entry?] = [:]

    init(of tag: TagRow) {
        self.tag = tag
    }

    /// What the tag says now, the changes made here included.
    mutating func entry(of key: ResourceKey, in db: Database) throws -> Entry? {
        if let entry = written[key] { return entry }
        return try current(key, in: db).entry
    }

    /// What the tag said before any change here.
    mutating func current(_ key: ResourceKey, in db: Database) throws -> Current {
        if let known = stored[key] { return known }
        let statement = try db.cachedStatement(
            sql: "SELECT entry, revision FROM entries WHERE tag = ? AND key = ?"
        )
        let row = try Row.fetchOne(statement, arguments: [tag.row, key.description])
        let text: String? = row?[0]
        let current = Current(entry: try text.map { try storedValue(Entry.self, $0) }, revision: row?[1] ?? 0)
        stored[key] = current
        return current
    }

    mutating func set(_ key: ResourceKey, to entry: Entry?) {
        written.updateValue(entry, forKey: key)
    }

    /// What a revision would have to say, by key; empty when the tag says all of it already.
    mutating func items(in db: Database) throws -> [Revision.Item] {
        var items: [Revision.Item] = []
        for (key, after) in written {
            let before = try current(key, in: db).entry
            if before != after { items.append(Revision.Item(key: key, before: before, after: after)) }
        }
        return items.sorted { $0.key < $1.key }
    }
}
