internal import FabricModel
internal import GRDB

/// What a node's configuration is made of, as its entity tag says it.
///
/// A tag at a revision says one thing for ever, so the tags with their revisions stand for the configuration, and what
/// changed since an entity tag can be found out from it alone, by any server on the same database.
///
/// That holds within one life of the store: a restored copy can say another thing under the same numbers.
///
/// *Shape*: `2-LAYERS-DECISION-PAUSE-DIGEST-LIFE`, such as `2-12.7_3.41-5-0-0123456789abcdef0123456789abcdef-89abcdef`.
/// Each layer is the row and the revision of a tag, in order of precedence; the pause is the row of its tag and its
/// moment, or 0; the life is the end of its id.
struct ConfigurationVersion: Hashable {
    struct Layer: Hashable {
        var tag: Int64
        var revision: Int64
    }

    var layers: [Layer]
    var lastDecision: Int64
    var pause: String
    var digest: ConfigurationDigest
    var life: String

    init(of node: LayeredNode, digest: ConfigurationDigest) {
        layers = node.tags.map { Layer(tag: $0.row, revision: $0.revision) }
        lastDecision = node.lastDecision
        pause = node.pauseVersion
        self.digest = digest
        life = String(node.life.suffix(8))
    }

    /// Reads an entity tag; `nil` where it is none of this shape.
    init?(_ etag: String) {
        let parts = etag.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "2", let lastDecision = Int64(parts[2]),
            parts[3].utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }),
            let digest = ConfigurationDigest(parts[4]), !parts[5].isEmpty,
            parts[5].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
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
        life = String(parts[5])
    }

    var etag: String {
        let layers = layers.map { "\($0.tag).\($0.revision)" }.joined(separator: "_")
        return "2-\(layers)-\(lastDecision)-\(pause)-\(digest)-\(life)"
    }

    /// Whether it stands for what the node should be now.
    func isCurrent(_ node: LayeredNode) -> Bool {
        self == ConfigurationVersion(of: node, digest: digest)
    }

    /// Whether it is of this life of the store and has the tags that the node has now, none of them newer.
    func isEarlier(than node: LayeredNode) -> Bool {
        life == node.life.suffix(8) && layers.count == node.tags.count
            && zip(layers, node.tags).allSatisfy { $0.tag == $1.row && $0.revision <= $1.revision }
    }
}
