internal import FabricModel
internal import GRDB

/// What a node's configuration is made of, as its entity tag says it.
///
/// A tag at a revision says one thing for ever, so the tags with their revisions stand for the configuration, and what
/// changed since an entity tag can be found out from it alone, by any server on the same database.
///
/// *Shape*: `1-LAYERS-DECISION-PAUSE-DIGEST`, such as `1-12.7_3.41-5-0-0123456789abcdef0123456789abcdef`. Each layer is
/// the row and the revision of a tag, in order of precedence; the pause is the row of its tag and its moment, or 0.
struct ConfigurationVersion: Hashable {
    struct Layer: Hashable {
        var tag: Int64
        var revision: Int64
    }

    var layers: [Layer]
    var lastDecision: Int64
    var pause: String
    var digest: ConfigurationDigest

    init(of node: LayeredNode, digest: ConfigurationDigest) {
        layers = node.tags.map { Layer(tag: $0.row, revision: $0.revision) }
        lastDecision = node.lastDecision
        pause = node.pauseVersion
        self.digest = digest
    }

    /// Reads an entity tag; `nil` where it is none of this shape.
    init?(_ etag: String) {
        let parts = etag.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "1", let lastDecision = Int64(parts[2]),
            parts[3].utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }),
            let digest = ConfigurationDigest(parts[4])
        else { return nil }
        layers = []
        for part in parts[1].split(separator: "_", omittingEmptySubsequences: false) {
            let numbers = part.split(separator: ".", omittingEmptySubsequences: false)
            guard numbers.count == 2, let tag = Int64(numbers[0]), let revision = Int64(numbers[1]) else {
                return nil
            }
            layers.append(Layer(tag: tag, revision: revision))
        }
        self.lastDecision = lastDecision
        pause = String(parts[3])
        self.digest = digest
    }

    var etag: String {
        let layers = layers.map { "\($0.tag).\($0.revision)" }.joined(separator: "_")
        return "1-\(layers)-\(lastDecision)-\(pause)-\(digest)"
    }

    /// Whether it stands for what the node should be now.
    func isCurrent(_ node: LayeredNode) -> Bool {
        self == ConfigurationVersion(of: node, digest: digest)
    }

    /// Whether it has the tags that the node has now, none of them newer: the database may be a restored copy.
    func isEarlier(than node: LayeredNode) -> Bool {
        layers.count == node.tags.count
            && zip(layers, node.tags).allSatisfy { $0.tag == $1.row && $0.revision <= $1.revision }
    }
}
