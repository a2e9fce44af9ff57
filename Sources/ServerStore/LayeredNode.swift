internal import FabricAPI
internal import FabricModel
internal import GRDB

/// A node with its tags and what stops it: all that its configuration follows from.
struct LayeredNode {
    var row: Int64
    var name: NodeName
    var lastDecision: Int64
    /// The life of the store.
    var life: String
    /// The store; empty where it was not asked for.
    var store = ""
    /// In order of precedence, the own one first.
    var tags: [TagRow] = []
    /// The digest of each tag's newest revision; empty where it was not asked for.
    var heads: [RevisionDigest?] = []
    /// The oldest pause that stops it.
    var pause: Pause?
    /// The pause as an entity tag has it.
    var pauseVersion = "0"

    /// Reads a node.
    ///
    /// - Throws: `unknownNode`.
    static func existing(_ id: NodeID, in db: Database) throws -> LayeredNode {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT t.id, t.name, t.revision, t.entries, 0, t.at_once, n.id, n.name, n.last_decision,
                        t.head, \(StoreLife.columnsSQL)
                    FROM nodes n JOIN layers l ON l.node = n.id JOIN tags t ON t.id = l.tag
                    WHERE n.uuid = ? ORDER BY l.position
                    """
            ),
            arguments: [id.text]
        )
        guard let first = rows.first else { throw NodeRow.unknown(id.text) }
        guard let life = first[10] as String?, let store = first[11] as String? else {
            throw StoreLife.missing
        }
        var node = LayeredNode(
            row: first[6],
            name: try NodeName(first[7]),
            lastDecision: first[8],
            life: life,
            store: store
        )
        node.tags = try rows.map { try TagRow($0) }
        node.heads = try rows.map { row in try (row[9] as String?).map { try RevisionDigest($0) } }
        if let (pause, tag) = try PauseRow.find(ofNode: node.row, in: db) {
            node.pause(pause, ofTag: tag)
        }
        return node
    }

    /// Takes the oldest of the pauses that stops it, where there is one.
    mutating func pause(by pauses: [(Pause, tag: Int64)]) {
        let stops = pauses.filter { pause in
            pause.tag == PauseRow.everyNode || tags.contains { $0.row == pause.tag }
        }
        guard let (pause, tag) = stops.min(by: { $0.0.since < $1.0.since }) else { return }
        self.pause(pause, ofTag: tag)
    }

    private mutating func pause(_ pause: Pause, ofTag tag: Int64) {
        self.pause = pause
        pauseVersion = "\(tag).\(pause.since.microseconds)"
    }

    /// Where its configuration comes from.
    var source: ConfigurationSource {
        ConfigurationSource(
            store: store,
            life: life,
            tags: zip(tags, heads).map { TagHead(tag: $0.name, revision: $0.revision, digest: $1) }
        )
    }

    /// The included shared tags, in order of precedence.
    var sharedTags: [TagName] { tags.dropFirst().map(\.name) }
}
