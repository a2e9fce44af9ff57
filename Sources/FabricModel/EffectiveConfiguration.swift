/// What a node should be: per resource, the entry of the first tag that names it, the own tag first.
public struct EffectiveConfiguration: Hashable, Codable, Sendable {
    /// A resource's entry and where it comes from.
    public struct Item: Hashable, Codable, Sendable {
        /// The resource that the entry is for.
        public var key: ResourceKey
        /// What the node should have.
        public var entry: Entry
        /// The tag that gives the entry.
        public var tag: TagName
        /// The revision that set it.
        public var revision: Int64
        /// What is to be done besides; `nil` for nothing.
        public var flags: EntryFlags?

        /// The tag and the revision.
        public var reference: RevisionReference { RevisionReference(tag: tag, number: revision) }

        /// An item from its parts.
        public init(
            key: ResourceKey,
            entry: Entry,
            tag: TagName,
            revision: Int64,
            flags: EntryFlags? = nil
        ) {
            self.key = key
            self.entry = entry
            self.tag = tag
            self.revision = revision
            self.flags = flags
        }
    }

    /// Ordered by key.
    public var items: [Item]
    /// What was left out, for this version does not know its kind.
    public var unknown: [UnknownItem] = []

    /// A configuration from its items.
    public init(items: [Item], unknown: [UnknownItem] = []) {
        self.items = items
        self.unknown = unknown
    }

    /// Resolves layers in order of precedence: the own tag, then the included tags as listed.
    public init(layers: some Sequence<[Item]>) {
        var winners: [ResourceKey: Item] = [:]
        for layer in layers {
            for item in layer where winners[item.key] == nil {
                winners[item.key] = item
            }
        }
        items = winners.values.sorted { $0.key < $1.key }
    }

    private enum CodingKeys: String, CodingKey {
        case items
    }

    /// Reads the items; those of unknown kinds apart.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let received = try container.decode(ReceivedItems.self, forKey: .items)
        self.init(items: received.items, unknown: received.unknown)
    }
}
