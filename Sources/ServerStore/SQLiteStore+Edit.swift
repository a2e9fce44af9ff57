public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Sets, unsets or makes absent; returns `nil` when the tag said all of it already.
    ///
    /// - Throws: `unknownTag`, `invalidRequest`, `unknownContent`, `secretContent`, `contentNotKept`.
    public func edit(
        _ name: TagName,
        _ edit: EditTag,
        by principal: String,
        at: Timestamp
    ) async throws -> Revision? {
        try await writer.perform { db in
            let tag = try TagRow.existing(name, in: db)
            let items = try Self.items(of: edit, in: tag, db)
            guard !items.isEmpty else { return nil }
            let heading = RevisionRow.Heading(author: principal, message: edit.message, at: at)
            let revision = try RevisionRow.append(items, to: tag, heading, in: db)
            let detail = "\(revision.reference)"
            try Audit.note(.edit, name.text, detail: detail, by: principal, at: at, in: db)
            return revision
        }
    }

    /// Says what an edit would do, and to which nodes.
    ///
    /// - Throws: `unknownTag`, `invalidRequest`, `unknownContent`, `secretContent`, `contentNotKept`.
    public func plan(_ edit: EditTag, of name: TagName) async throws -> EditPlan {
        try await read { db in
            let tag = try TagRow.existing(name, in: db)
            let items = try Self.items(of: edit, in: tag, db)
            var reach = try Reach(of: tag, in: db)
            let (nodes, effects) = try reach.changed(by: items, and: [], in: db)
            let shadowed = try reach.shadowed(items, without: [], limit: APILimits.rowsPerPage, in: db)
            return EditPlan(items: items, nodes: nodes, effects: effects, shadowed: shadowed)
        }
    }

    /// What a revision that does it would have to say.
    private static func items(of edit: EditTag, in tag: TagRow, _ db: Database) throws -> [Revision.Item] {
        var entries = TagEntries(of: tag)
        var seen: Set<ResourceKey> = []
        for item in edit.items {
            guard seen.insert(item.key).inserted else {
                throw APIError(
                    .invalidRequest,
                    "the resource is listed twice; list it once",
                    subject: item.key.description
                )
            }
            let said = try entries.said(of: item.key, in: db)
            let entry = item.keepsEntry ? said.entry : item.entry
            try check(item, entry, in: tag.name, db)
            entries.set(item.key, to: TagEntries.Said(entry, flags: item.flags?.sorted ?? said.flags))
        }
        return try entries.items(in: db)
    }

    private static func check(_ item: EditTag.Item, _ entry: Entry?, in tag: TagName, _ db: Database) throws {
        if item.keepsEntry {
            guard item.entry == nil else {
                throw EntryRules.refused(
                    "an entry that is kept is not given; leave 'entry' or 'keepsEntry' out",
                    item.key
                )
            }
            guard entry != nil else {
                throw EntryRules.refused("the tag does not name it; say what it should be too", item.key)
            }
        } else if let entry {
            try EntryRules.check(entry, new: item.key, in: tag, db)
        }
        if let flags = item.flags { try EntryRules.check(flags, of: item.key) }
    }
}
