public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// What a node should be, with an entity tag that changes when it, the node's decisions or a pause of it do.
    ///
    /// - Throws: `unknownNode`.
    public func configuration(of node: NodeID) async throws -> NodeConfiguration {
        try await read { [layers] db in
            try Self.configuration(of: LayeredNode.existing(node, in: db), layers, in: db)
        }
    }

    /// How what a node should be differs from what had an entity tag.
    ///
    /// The work is that of what changed: an entity tag tells which revisions it stands for.
    ///
    /// - Throws: `unknownNode`.
    public func configuration(
        of node: NodeID,
        since etag: String
    ) async throws -> ConfigurationDifference {
        try await read { [layers] db in
            let node = try LayeredNode.existing(node, in: db)
            guard let since = ConfigurationVersion(etag), since.isEarlier(than: node) else {
                return .whole(try Self.configuration(of: node, layers, in: db))
            }
            guard !since.isCurrent(node) else { return .none }
            guard let step = try ConfigurationStep(since, to: node, in: db) else {
                return .whole(try Self.configuration(of: node, layers, in: db))
            }
            return .changes(try step.encoded())
        }
    }

    private static func configuration(
        of node: LayeredNode,
        _ layers: LayerCache,
        in db: Database
    ) throws -> NodeConfiguration {
        let configuration = EffectiveConfiguration(
            layers: try node.tags.map { try layers.items(of: $0, in: db) }
        )
        return NodeConfiguration(
            etag: ConfigurationVersion(of: node, digest: ConfigurationDigest(of: configuration)).etag,
            configuration: configuration,
            tags: node.sharedTags,
            lastDecision: node.lastDecision,
            pause: node.pause,
            source: node.source
        )
    }

    /// A number that grows with every change of any tag, inclusion or decision; known without asking the database.
    public func generation() async throws -> Int64 {
        writer.generation
    }
}
