internal import FabricAPI
internal import FabricModel
internal import GRDB

/// What a tag said at an earlier revision, found from what each revision set.
struct TagHistory {
    let tag: TagRow

    /// The tag's newest revision at a moment; 0 before the first.
    ///
    /// Where the clock was set back, the highest number counts.
    func revision(at time: Timestamp, in db: Database) throws -> Int64 {
        let statement = try db.cachedStatement(
            sql: "SELECT number FROM revisions WHERE tag = ? AND at <= ? ORDER BY number DESC LIMIT 1"
        )
        return try Int64.fetchOne(statement, arguments: [tag.row, time.microseconds]) ?? 0
    }

    /// Refuses a number that is not one of a revision.
    ///
    /// - Throws: `unknownRevision`.
    func check(_ number: Int64) throws(APIError) {
        guard (0...tag.revision).contains(number) else {
            let range =
                tag.revision == 0 ? "it has none yet" : "its revisions have the numbers 1 to \(tag.revision)"
            throw APIError(
                .unknownRevision,
                "the tag has no such revision; \(range)",
                subject: "\(tag.name)@\(number)"
            )
        }
    }

    /// The tag as it was at a revision.
    func state(at number: Int64, in db: Database) throws -> TagState {
        let heading = try RevisionRow.find(number, of: tag, in: db)
        let statement = try db.cachedStatement(
            sql: """
                SELECT key, max(revision), is_set FROM entry_history WHERE tag = ? AND revision <= ? GROUP BY key
                """
        )
        let rows = try Row.fetchAll(statement, arguments: [tag.row, number]).filter { $0[2] }
        let set = try rows.map { (key: try ResourceKey($0[0]), revision: $0[1] as Int64) }
        let said = try said(set, in: db)
        return TagState(
            tag: tag.name,
            revision: number,
            at: heading?.at,
            digest: heading?.digest,
            entries:
                set.compactMap { key, revision in
                    guard let said = said[key], let entry = said.entry else { return nil }
                    return EffectiveConfiguration.Item(
                        key: key,
                        entry: entry,
                        tag: tag.name,
                        revision: revision,
                        flags: said.flags
                    )
                }
                .sorted { $0.key < $1.key }
        )
    }

    /// What the tag says otherwise at one revision than at another.
    func difference(from: Int64, to: Int64, in db: Database) throws -> TagDifference {
        let statement = try db.cachedStatement(
            sql: "SELECT DISTINCT key FROM entry_history WHERE tag = ? AND revision > ? AND revision <= ?"
        )
        let keys = try String.fetchAll(statement, arguments: [tag.row, min(from, to), max(from, to)])
            .map { try ResourceKey($0) }
        let before = try said(setting(keys, upTo: from, in: db), in: db)
        let after = try said(setting(keys, upTo: to, in: db), in: db)
        let nothing = TagEntries.Said(nil, flags: nil)
        let items = keys.sorted()
            .compactMap { key -> Revision.Item? in
                let (old, new) = (before[key] ?? nothing, after[key] ?? nothing)
                return old == new ? nil : Revision.Item(key, from: old, to: new)
            }
        return TagDifference(tag: tag.name, from: from, to: to, items: items)
    }

    /// What the tag said of one resource at a revision, and which revision said it; `nil` where none ever did.
    func current(
        _ key: ResourceKey,
        at number: Int64,
        in db: Database
    ) throws -> TagEntries.Current? {
        guard let last = try setting([key], upTo: number, in: db).first else { return nil }
        guard let said = try said([last], in: db)[key] else { return nil }
        return TagEntries.Current(said: said, revision: last.revision)
    }

    /// Of each resource the last revision up to a number that set it.
    private func setting(
        _ keys: [ResourceKey],
        upTo number: Int64,
        in db: Database
    ) throws -> [(key: ResourceKey, revision: Int64)] {
        let statement = try db.cachedStatement(sql: ConfigurationStep.winnerSQL)
        return try keys.compactMap { key in
            let row = try Row.fetchOne(statement, arguments: [tag.row, key.description, number])
            return row.map { (key, $0[0]) }
        }
    }

    /// What revisions said of the resources that they set; each revision is read once.
    private func said(
        _ set: [(key: ResourceKey, revision: Int64)],
        in db: Database
    ) throws -> [ResourceKey: TagEntries.Said] {
        var said: [ResourceKey: TagEntries.Said] = [:]
        for (number, items) in Dictionary(grouping: set, by: \.revision) {
            let keys = Set(items.map(\.key))
            for item in try RevisionRow.find(number, of: tag, in: db)?.items ?? []
            where keys.contains(item.key) {
                said[item.key] = item.saidAfter
            }
        }
        return said
    }
}
