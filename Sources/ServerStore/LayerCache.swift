internal import FabricModel
internal import GRDB
internal import Synchronization

/// Tags' entries, read and decoded once per revision; a tag that many nodes include is asked for by all of them.
final class LayerCache: Sendable {
    private struct State {
        var layers: [Int64: (revision: Int64, items: [EffectiveConfiguration.Item])] = [:]
        var count = 0
    }

    /// Entries that are kept in memory; about 1 kB each.
    private static let limit = 50_000

    private let state = Mutex(State())

    /// The tag's entries by key, as of the revision that `tag` was read with.
    func items(of tag: TagRow, in db: Database) throws -> [EffectiveConfiguration.Item] {
        guard tag.entries > 0 else { return [] }
        let known = state.withLock { $0.layers[tag.row] }
        if let known, known.revision == tag.revision { return known.items }
        let items = try Self.read(tag, in: db)
        state.withLock { state in
            if let replaced = state.layers.removeValue(forKey: tag.row) {
                state.count -= replaced.items.count
            }
            guard items.count <= Self.limit else { return }
            if state.count + items.count > Self.limit { state = State() }
            state.layers[tag.row] = (tag.revision, items)
            state.count += items.count
        }
        return items
    }

    /// The tag's entries by key, past the cache: a transaction under way can still come to nothing.
    static func read(_ tag: TagRow, in db: Database) throws -> [EffectiveConfiguration.Item] {
        let statement = try db.cachedStatement(
            sql:
                "SELECT key, entry, revision, flags FROM entries WHERE tag = ? AND entry IS NOT NULL ORDER BY key"
        )
        return try Row.fetchAll(statement, arguments: [tag.row])
            .map { row in
                let flags: String? = row[3]
                return EffectiveConfiguration.Item(
                    key: try ResourceKey(row[0]),
                    entry: try storedValue(Entry.self, row[1]),
                    tag: tag.name,
                    revision: row[2],
                    flags: try flags.map { try storedValue(EntryFlags.self, $0) }
                )
            }
    }
}
