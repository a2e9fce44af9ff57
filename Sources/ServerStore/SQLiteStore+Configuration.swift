public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// What a node should be, with an entity tag that changes when it, the node's decisions or a pause of it do.
    ///
    /// - Throws: `unknownNode`.
    public func configuration(of node: NodeID) async throws -> NodeConfiguration {
        try await read { [layers] db in
            let node = try NodeRow.existing(node, in: db)
            let tags = try Self.tags(of: node, in: db)
            let pause = try PauseRow.find(tags, in: db)
            return NodeConfiguration(
                etag: Self.entityTag(of: node, tags, pause),
                configuration: EffectiveConfiguration(
                    layers: try tags.map { try layers.items(of: $0, in: db) }
                ),
                tags: tags.dropFirst().map(\.name),
                lastDecision: node.lastDecision,
                pause: pause
            )
        }
    }

    /// The entity tag that ``configuration(of:)`` would have, without the work of making the configuration.
    ///
    /// - Throws: `unknownNode`.
    public func entityTag(of node: NodeID) async throws -> String {
        try await read { db in
            let node = try NodeRow.existing(node, in: db)
            let tags = try Self.tags(of: node, in: db)
            return Self.entityTag(of: node, tags, try PauseRow.find(tags, in: db))
        }
    }

    /// A number that grows with every change of any tag, inclusion or decision; known without asking the database.
    public func generation() async throws -> Int64 {
        writer.generation
    }

    /// Every layer that could give the value, each with the revision that set it and of that the one item alone.
    ///
    /// - Throws: `unknownNode`.
    public func explain(_ key: ResourceKey, on node: NodeID) async throws -> Explanation {
        try await read { db in
            let node = try NodeRow.existing(node, in: db)
            var isWon = false
            let layers = try Self.tags(of: node, in: db)
                .map { tag in
                    var entries = TagEntries(of: tag)
                    let current = try entries.current(key, in: db)
                    let isNamed = current.entry != nil
                    var revision = isNamed ? try RevisionRow.find(current.revision, of: tag, in: db) : nil
                    revision?.items.removeAll { $0.key != key }
                    defer { isWon = isWon || isNamed }
                    return Explanation.Layer(
                        tag: tag.name,
                        entry: current.entry,
                        flags: current.said.flags,
                        revision: revision,
                        wins: isNamed && !isWon
                    )
                }
            return Explanation(node: node.name, key: key, layers: layers)
        }
    }

    /// A node's tags in order of precedence, the own one first.
    private static func tags(of node: NodeRow, in db: Database) throws -> [TagRow] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT t.id, t.name, t.revision, t.entries, 0 FROM layers l JOIN tags t ON t.id = l.tag
                WHERE l.node = ? ORDER BY l.position
                """
        )
        return try Row.fetchAll(statement, arguments: [node.row]).map { try TagRow($0) }
    }

    /// A tag at a revision says one thing for ever, so names and numbers stand for the configuration.
    private static func entityTag(of node: NodeRow, _ tags: [TagRow], _ pause: Pause?) -> String {
        let brake = pause.map { " paused \($0.tag?.text ?? "all") \($0.since)" } ?? ""
        let text = tags.map { "\($0.name)@\($0.revision) " }.joined() + String(node.lastDecision) + brake
        return String(ContentDigest.sha256(text.utf8).hexDigits.prefix(32))
    }
}
