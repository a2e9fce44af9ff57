internal import FabricAPI
internal import FabricModel
internal import GRDB

/// The nodes that have a tag, and what a change of its entries means to them.
struct Reach {
    /// A node's tags in order of precedence, its own first.
    private struct Node {
        var name: NodeName
        var tags: [Int64]
    }

    private let tag: TagRow
    /// By name.
    private let nodes: [Node]
    private let nodesByOwnTag: [Int64: Node]
    /// What all tags say now, by resource, as far as it was asked for.
    private var known: [ResourceKey: [Int64: TagEntries.Said]] = [:]

    init(of tag: TagRow, in db: Database) throws {
        self.tag = tag
        nodes = try Self.nodes(with: tag, db)
        nodesByOwnTag = Dictionary(nodes.compactMap { node in node.tags.first.map { ($0, node) } }) { $1 }
    }

    /// Whether a node has the tag.
    func has(_ node: NodeName) -> Bool { nodes.contains { $0.name == node } }

    /// The nodes, by name, whose effective configuration differs after the items and what goes or comes with them, and how.
    ///
    /// Besides the author, a node that is what it should be then, whatever it should be now.
    mutating func changed(
        by items: [Revision.Item],
        and overrides: [Override],
        besides author: NodeName? = nil,
        in db: Database
    ) throws -> (nodes: [NodeName], effects: [EffectiveChange]) {
        let besides = Dictionary(grouping: overrides, by: \.item.key)
        let others = nodes.filter { $0.name != author }
        var reached: Set<NodeName> = []
        var effects: [EffectiveChange] = []
        for item in items where !others.isEmpty {
            let before = try entries(of: item.key, db)
            var after = before
            after[tag.row] = item.saidAfter
            for override in besides[item.key] ?? [] { after[override.ownTag] = override.item.saidAfter }
            var alike: [EffectiveChange] = []
            for node in others {
                let (old, new) = (Self.value(in: before, node.tags), Self.value(in: after, node.tags))
                guard !Self.isSame(old, new) else { continue }
                reached.insert(node.name)
                if let index = alike.firstIndex(where: { $0.before == old?.entry && $0.after == new?.entry })
                {
                    alike[index].nodes.append(node.name)
                } else {
                    let (old, new) = (old?.entry, new?.entry)
                    alike.append(EffectiveChange(key: item.key, before: old, after: new, nodes: [node.name]))
                }
            }
            effects += alike
        }
        return (reached.sorted(), effects)
    }

    /// Whether a node has nothing to do between the two.
    private static func isSame(_ old: TagEntries.Said?, _ new: TagEntries.Said?) -> Bool {
        guard let entry = old?.entry, let wanted = new?.entry else { return old == new }
        return entry.isSame(as: wanted) && old?.flags == new?.flags
    }

    /// Entries of own tags that say what the tag says after an approval, where the tag is the next that names the resource.
    ///
    /// The tag's units are restarted and reloaded there too, so an override may have fewer of them.
    mutating func needless(
        _ key: ResourceKey,
        saying said: TagEntries.Said,
        in db: Database
    ) throws -> [Override] {
        guard tag.name.isShared, !nodes.isEmpty, let wanted = said.entry else { return [] }
        let entries = try entries(of: key, db)
        return entries.compactMap { ownTag, own in
            guard let node = nodesByOwnTag[ownTag], let entry = own.entry, entry.isSame(as: wanted),
                own.flags?.isCovered(by: said.flags) ?? true,
                node.tags.dropFirst().first(where: { $0 == tag.row || entries[$0] != nil }) == tag.row
            else { return nil }
            let nothing = TagEntries.Said(nil, flags: nil)
            let item = Revision.Item(key, from: own, to: nothing)
            return Override(node: node.name, ownTag: ownTag, item: item)
        }
    }

    /// The nodes that have the tag and take the value of one of the items from another one, up to a limit.
    mutating func shadowed(
        _ items: [Revision.Item],
        without dropped: [Override],
        limit: Int,
        in db: Database
    ) throws -> [ShadowedEntry] {
        guard tag.name.isShared, !nodes.isEmpty else { return [] }
        let gone = Set(dropped.map(\.override))
        var shadowed: [ShadowedEntry] = []
        var names: [Int64: TagName] = [:]
        for item in items where item.after != nil && shadowed.count < limit {
            var entries = try entries(of: item.key, db)
            entries[tag.row] = item.saidAfter
            guard entries.count > 1 else { continue }
            for node in nodes where !gone.contains(NodeOverride(node: node.name, key: item.key)) {
                guard let winner = node.tags.first(where: { entries[$0] != nil }), winner != tag.row else {
                    continue
                }
                let name = try names[winner] ?? TagRow.name(winner, in: db)
                names[winner] = name
                shadowed.append(ShadowedEntry(node: node.name, key: item.key, by: name))
            }
        }
        return Array(shadowed.prefix(limit))
    }

    private static func value(in entries: [Int64: TagEntries.Said], _ tags: [Int64]) -> TagEntries.Said? {
        tags.lazy.compactMap { entries[$0] }.first { $0.entry != nil }
    }

    private static func nodes(with tag: TagRow, _ db: Database) throws -> [Node] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT n.id, n.name, l.tag FROM layers l JOIN nodes n ON n.id = l.node
                WHERE l.node IN (SELECT node FROM layers WHERE tag = ?) ORDER BY l.node, l.position
                """
        )
        var nodes: [Int64: Node] = [:]
        for row in try Row.fetchAll(statement, arguments: [tag.row]) {
            let name = try NodeName(row[1])
            nodes[row[0], default: Node(name: name, tags: [])].tags.append(row[2])
        }
        return nodes.values.sorted { $0.name < $1.name }
    }

    private mutating func entries(of key: ResourceKey, _ db: Database) throws -> [Int64: TagEntries.Said] {
        if let entries = known[key] { return entries }
        let statement = try db.cachedStatement(
            sql: "SELECT entry, flags, tag FROM entries WHERE key = ? AND entry IS NOT NULL"
        )
        let entries = try Row.fetchAll(statement, arguments: [key.description])
            .reduce(into: [Int64: TagEntries.Said]()) { $0[$1[2]] = try TagEntries.Said($1) }
        known[key] = entries
        return entries
    }
}
