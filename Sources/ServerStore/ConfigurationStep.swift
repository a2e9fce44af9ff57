internal import FabricAPI
internal import FabricModel
internal import GRDB

/// The way from an earlier configuration of a node to the one it should have, found from what its tags said when.
struct ConfigurationStep {
    /// A resource whose entry is another, as it is stored.
    private struct Item {
        var key: String
        /// JSON; `nil` where no tag names the resource any more.
        var entry: String?
        /// JSON; `nil` where nothing is to be done besides.
        var flags: String?
        var tag: String
        var revision: Int64
    }

    /// The layer that gives a resource's entry.
    private struct Winner: Equatable {
        var layer: Int
        var revision: Int64
    }

    static let changedSQL = "SELECT key FROM entry_history WHERE tag = ? AND revision > ? LIMIT ?"
    static let winnerSQL = """
        SELECT revision, is_set FROM entry_history WHERE tag = ? AND key = ? AND revision <= ?
        ORDER BY revision DESC LIMIT 1
        """

    /// So many changed resources are told also where the whole configuration has fewer.
    private static let alwaysTold = 16

    private let since: ConfigurationVersion
    private let version: ConfigurationVersion
    private let node: LayeredNode
    private var items: [Item] = []

    /// Finds the way; `nil` where more changed than the whole configuration has.
    init?(_ since: ConfigurationVersion, to node: LayeredNode, in db: Database) throws {
        let size = node.tags.reduce(0) { $0 + $1.entries }
        let limit = max(size, Self.alwaysTold)
        guard let keys = try Self.changed(since, to: node, atMost: limit, in: db) else { return nil }
        self.since = since
        self.node = node
        var digest = since.digest
        for key in keys {
            let before = try Self.winner(of: key, in: node, at: since.layers.map(\.revision), db)
            let after = try Self.winner(of: key, in: node, at: node.tags.map(\.revision), db)
            // A tag that does not win can say what it likes.
            guard before != after else { continue }
            if let before {
                digest.remove(key, tag: node.tags[before.layer].name.text, revision: before.revision)
            }
            let tag = node.tags[after?.layer ?? 0]
            var item = Item(key: key, entry: nil, tag: tag.name.text, revision: 0)
            if let after {
                digest.add(key, tag: tag.name.text, revision: after.revision)
                item.revision = after.revision
                let row = try Row.fetchOne(
                    db.cachedStatement(sql: "SELECT entry, flags FROM entries WHERE tag = ? AND key = ?"),
                    arguments: [tag.row, key]
                )
                item.entry = row?[0]
                item.flags = row?[1]
            }
            items.append(item)
        }
        version = ConfigurationVersion(of: node, digest: digest)
    }

    /// The keys that any of the tags gave another entry, in order.
    private static func changed(
        _ since: ConfigurationVersion,
        to node: LayeredNode,
        atMost limit: Int,
        in db: Database
    ) throws -> [String]? {
        var keys: Set<String> = []
        let statement = try db.cachedStatement(sql: changedSQL)
        for (layer, tag) in zip(since.layers, node.tags) where layer.revision < tag.revision {
            let changed = try String.fetchAll(statement, arguments: [tag.row, layer.revision, limit + 1])
            keys.formUnion(changed)
            guard changed.count <= limit, keys.count <= limit else { return nil }
        }
        return keys.sorted()
    }

    /// The first tag that named a resource when the tags were at these revisions.
    private static func winner(
        of key: String,
        in node: LayeredNode,
        at revisions: [Int64],
        _ db: Database
    ) throws -> Winner? {
        let statement = try db.cachedStatement(sql: winnerSQL)
        for (layer, tag) in node.tags.enumerated() where revisions[layer] > 0 {
            let row = try Row.fetchOne(statement, arguments: [tag.row, key, revisions[layer]])
            if let row, row[1] { return Winner(layer: layer, revision: row[0]) }
        }
        return nil
    }

    /// The ``FabricAPI/ConfigurationChanges``, put together from texts: to write an entry as JSON takes much longer than to find it.
    func encoded() throws -> EncodedChanges {
        let etag = version.etag
        let set = items.compactMap { item in
            item.entry.map { entry in
                let flags = item.flags.map { "\"flags\":\($0)," } ?? ""
                return """
                    {"entry":\(entry),\(flags)"key":\(Self.quoted(item.key)),"revision":\(item.revision),\
                    "tag":"\(item.tag)"}
                    """
            }
        }
        let removed = items.filter { $0.entry == nil }.map { Self.quoted($0.key) }
        let tags = node.sharedTags.map { "\"\($0)\"" }
        var text = "{\"digest\":\"\(version.digest)\",\"etag\":\"\(etag)\",\"items\":["
        text += set.joined(separator: ",") + "],\"lastDecision\":\(node.lastDecision),"
        if let pause = node.pause { text += "\"pause\":\(try storedText(pause))," }
        text += "\"removed\":[" + removed.joined(separator: ",") + "],\"since\":\"\(since.etag)\","
        text += "\"source\":\(try storedText(node.source)),"
        text += "\"tags\":[" + tags.joined(separator: ",") + "]}"
        return EncodedChanges(etag: etag, json: Array(text.utf8))
    }

    /// A key as JSON: it is printable, so that only two of its characters need an escape.
    private static func quoted(_ key: String) -> String {
        var text = "\""
        for character in key.unicodeScalars {
            if character == "\"" || character == "\\" { text += "\\" }
            text.unicodeScalars.append(character)
        }
        return text + "\""
    }
}
