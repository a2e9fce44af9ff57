public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// What a tag said of each resource; of a deleted tag too.
    ///
    /// - Throws: `unknownTag`, `unknownRevision`.
    public func state(of name: TagName, at point: HistoryPoint) async throws -> TagState {
        try await read { db in
            let history = try Self.history(of: name, in: db)
            let number =
                switch point {
                case .revision(let number): number
                case .time(let time): try history.revision(at: time, in: db)
                }
            try history.check(number)
            return try history.state(at: number, in: db)
        }
    }

    /// What a tag says otherwise at one revision than at another; without `to` at the newest.
    ///
    /// - Throws: `unknownTag`, `unknownRevision`.
    public func difference(of name: TagName, from: Int64, to: Int64?) async throws -> TagDifference {
        try await read { db in
            let history = try Self.history(of: name, in: db)
            let to = to ?? history.tag.revision
            try history.check(from)
            try history.check(to)
            return try history.difference(from: from, to: to, in: db)
        }
    }

    /// Every layer that could give the value, each with the revision that set it and of that the one item alone.
    ///
    /// - Throws: `unknownNode`, also where it was not registered yet at the moment that is asked about.
    public func explain(
        _ key: ResourceKey,
        on node: NodeID,
        at time: Timestamp?
    ) async throws -> Explanation {
        try await read { db in
            let node = try LayeredNode.existing(node, in: db)
            let tags = try time.map { try Inclusions.layers(of: node, at: $0, in: db) } ?? node.tags
            var isWon = false
            let layers = try tags.map { tag in
                let current: TagEntries.Current?
                if let time {
                    let history = TagHistory(tag: tag)
                    current = try history.current(key, at: history.revision(at: time, in: db), in: db)
                } else {
                    var entries = TagEntries(of: tag)
                    current = try entries.current(key, in: db)
                }
                let isNamed = current?.entry != nil
                var revision = isNamed ? try RevisionRow.find(current?.revision ?? 0, of: tag, in: db) : nil
                revision?.items.removeAll { $0.key != key }
                defer { isWon = isWon || isNamed }
                return Explanation.Layer(
                    tag: tag.name,
                    entry: current?.entry,
                    flags: current?.said.flags,
                    revision: revision,
                    wins: isNamed && !isWon
                )
            }
            return Explanation(node: node.name, key: key, layers: layers, at: time)
        }
    }

    private static func history(of name: TagName, in db: Database) throws -> TagHistory {
        guard let tag = try TagRow.find(name, in: db) else { throw TagRow.unknown(name) }
        return TagHistory(tag: tag)
    }
}
