public import FabricModel

/// What changed in a ``NodeConfiguration`` since the entity tag that the node gave, where the server can still tell.
///
/// Told from a whole one by its `since`.
public struct ConfigurationChanges: Hashable, Codable, Sendable {
    /// The entity tag of the configuration that the changes lead to.
    public var etag: String
    /// The entity tag of the configuration that they are changes of.
    public var since: String
    /// The items that are new or others, by key.
    public var items: [EffectiveConfiguration.Item]
    /// The resources that no tag names any more, by key.
    public var removed: [ResourceKey]
    /// Of the whole configuration that the changes lead to.
    public var digest: ConfigurationDigest
    /// As in ``NodeConfiguration``.
    public var tags: [TagName]
    /// As in ``NodeConfiguration``.
    public var lastDecision: Int64
    /// As in ``NodeConfiguration``.
    public var pause: Pause?
    /// As in ``NodeConfiguration``.
    public var source: ConfigurationSource?
    /// Items that were left out, for this version does not know their kinds.
    var unknown: [UnknownItem] = []
    /// Resources of such kinds that no tag names any more.
    var unknownRemoved: [String] = []

    /// Changes from their parts.
    public init(
        etag: String,
        since: String,
        items: [EffectiveConfiguration.Item],
        removed: [ResourceKey],
        digest: ConfigurationDigest,
        tags: [TagName],
        lastDecision: Int64,
        pause: Pause? = nil,
        source: ConfigurationSource? = nil
    ) {
        self.etag = etag
        self.since = since
        self.items = items
        self.removed = removed
        self.digest = digest
        self.tags = tags
        self.lastDecision = lastDecision
        self.pause = pause
        self.source = source
    }
}

extension ConfigurationChanges {
    private enum CodingKeys: String, CodingKey {
        case etag, since, items, removed, digest, tags, lastDecision, pause, source
    }

    /// Reads changes; items and resources of unknown kinds apart.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let received = try container.decode(ReceivedItems.self, forKey: .items)
        let removed = try container.decode([String].self, forKey: .removed)
        self.init(
            etag: try container.decode(String.self, forKey: .etag),
            since: try container.decode(String.self, forKey: .since),
            items: received.items,
            removed: try removed.filter(ResourceKind.isKnown).map { try ResourceKey($0) },
            digest: try container.decode(ConfigurationDigest.self, forKey: .digest),
            tags: try container.decode([TagName].self, forKey: .tags),
            lastDecision: try container.decode(Int64.self, forKey: .lastDecision),
            pause: try container.decodeIfPresent(Pause.self, forKey: .pause),
            source: try container.decodeIfPresent(ConfigurationSource.self, forKey: .source)
        )
        unknown = received.unknown
        unknownRemoved = removed.filter { !ResourceKind.isKnown(in: $0) }
    }
}

extension NodeConfiguration {
    /// The configuration that changes lead to; `nil` when they are not of this one or do not come to what they should.
    public func applying(_ changes: ConfigurationChanges) -> NodeConfiguration? {
        guard changes.since == etag else { return nil }
        let named = Set(changes.items.map(\.key)).union(changes.removed)
        var items = configuration.items
        if !named.isEmpty { items.removeAll { named.contains($0.key) } }
        for item in changes.items.sorted(by: { $0.key < $1.key }) {
            items.insert(item, at: Self.position(of: item.key, in: items))
        }
        let gone = Set(changes.unknown.map(\.key) + changes.unknownRemoved)
        let unknown = configuration.unknown.filter { !gone.contains($0.key) } + changes.unknown
        let configuration = EffectiveConfiguration(items: items, unknown: unknown.sorted { $0.key < $1.key })
        guard ConfigurationDigest(of: configuration) == changes.digest else { return nil }
        return NodeConfiguration(
            etag: changes.etag,
            configuration: configuration,
            tags: changes.tags,
            lastDecision: changes.lastDecision,
            pause: changes.pause,
            source: changes.source
        )
    }

    private static func position(of key: ResourceKey, in items: [EffectiveConfiguration.Item]) -> Int {
        var (low, high) = (0, items.count)
        while low < high {
            let middle = (low + high) / 2
            if items[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// The answer to a node that asks for its configuration.
///
/// *Shape*: the one or the other as it is.
public enum ConfigurationAnswer: Hashable, Sendable {
    case whole(NodeConfiguration)
    case changes(ConfigurationChanges)
}

extension ConfigurationAnswer: Codable {
    private enum CodingKeys: String, CodingKey {
        case since
    }

    /// Reads changes where there is a `since`, else a whole configuration.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if container.contains(.since) {
            self = .changes(try ConfigurationChanges(from: decoder))
        } else {
            self = .whole(try NodeConfiguration(from: decoder))
        }
    }

    /// Writes what it is.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .whole(let configuration): try configuration.encode(to: encoder)
        case .changes(let changes): try changes.encode(to: encoder)
        }
    }
}
