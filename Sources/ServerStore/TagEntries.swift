internal import FabricModel
internal import GRDB

/// The entries of one tag as a revision in the making would leave them.
struct TagEntries {
    /// What a tag says of a resource, and what is to be done besides.
    struct Said: Equatable {
        var entry: Entry?
        var flags: EntryFlags?

        /// Flags belong to an entry; none at all are the same as empty ones.
        init(_ entry: Entry?, flags: EntryFlags?) {
            self.entry = entry
            self.flags = entry == nil || flags?.isEmpty ?? true ? nil : flags
        }
    }

    /// What the tag says of a resource and the revision that made it so; both survive as a pair when it says nothing.
    struct Current {
        var said: Said
        /// 0 where no revision ever named the resource.
        var revision: Int64

        var entry: Entry? { said.entry }
    }

    let tag: TagRow
    private var stored: [ResourceKey: Current] = [:]
    private var written: [ResourceKey: Said] = [:]

    init(of tag: TagRow) {
        self.tag = tag
    }

    /// What the tag says now, the changes made here included.
    mutating func said(of key: ResourceKey, in db: Database) throws -> Said {
        if let said = written[key] { return said }
        return try current(key, in: db).said
    }

    /// What the tag said before any change here.
    mutating func current(_ key: ResourceKey, in db: Database) throws -> Current {
        if let known = stored[key] { return known }
        let statement = try db.cachedStatement(
            sql: "SELECT entry, flags, revision FROM entries WHERE tag = ? AND key = ?"
        )
        let row = try Row.fetchOne(statement, arguments: [tag.row, key.description])
        let said = try row.map { try Said($0) } ?? Said(nil, flags: nil)
        let current = Current(said: said, revision: row?[2] ?? 0)
        stored[key] = current
        return current
    }

    mutating func set(_ key: ResourceKey, to said: Said) {
        written[key] = said
    }

    /// What a revision would have to say, by key; empty when the tag says all of it already.
    mutating func items(in db: Database) throws -> [Revision.Item] {
        var items: [Revision.Item] = []
        for (key, after) in written {
            let before = try current(key, in: db).said
            guard before != after else { continue }
            if before.entry != after.entry, let digest = after.entry?.keptDigest {
                try RedactionRow.check(digest, key.description, in: db)
            }
            items.append(Revision.Item(key, from: before, to: after))
        }
        return items.sorted { $0.key < $1.key }
    }
}

extension TagEntries.Said {
    /// Reads entry and flags, in the first columns.
    init(_ row: Row) throws {
        let (entry, flags): (String?, String?) = (row[0], row[1])
        self.init(
            try entry.map { try storedValue(Entry.self, $0) },
            flags: try flags.map { try storedValue(EntryFlags.self, $0) }
        )
    }
}

extension Revision.Item {
    init(_ key: ResourceKey, from before: TagEntries.Said, to after: TagEntries.Said) {
        self.init(
            key: key,
            before: before.entry,
            after: after.entry,
            flagsBefore: before.flags,
            flagsAfter: after.flags
        )
    }

    var saidBefore: TagEntries.Said { TagEntries.Said(before, flags: flagsBefore) }
    var saidAfter: TagEntries.Said { TagEntries.Said(after, flags: flagsAfter) }
}
