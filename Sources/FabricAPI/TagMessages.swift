public import FabricModel

/// A tag without its entries.
public struct TagSummary: Hashable, Codable, Sendable {
    /// The tag's name.
    public var name: TagName
    /// How many resources it names.
    public var entries: Int
    /// Its newest revision; 0 before the first.
    public var revision: Int64
    /// The nodes that include it; of an own tag, its node.
    public var nodes: [NodeName]
    /// How many nodes converge to it at a time; `nil` for an own tag.
    public var atOnce: Int?
    /// Why no other node converges to it at the moment.
    public var stop: RolloutStop?
    /// Who has stopped the convergence of its nodes, or of all.
    public var pause: Pause?

    /// A summary from its parts.
    public init(
        name: TagName,
        entries: Int,
        revision: Int64,
        nodes: [NodeName],
        atOnce: Int? = nil,
        stop: RolloutStop? = nil,
        pause: Pause? = nil
    ) {
        self.name = name
        self.entries = entries
        self.revision = revision
        self.nodes = nodes
        self.atOnce = atOnce
        self.stop = stop
        self.pause = pause
    }
}

/// `GET /v1/tags?after=NAME&limit=COUNT`: tags by name.
///
/// At most ``APILimits/rowsPerPage``, without `limit` as many.
public struct TagList: Codable, Sendable {
    /// The tags, ordered by name.
    public var tags: [TagSummary]
    /// Where there are more: the page that comes `after` this name has them.
    public var next: TagName?

    /// A list of tags.
    public init(tags: [TagSummary], next: TagName? = nil) {
        self.tags = tags
        self.next = next
    }
}

/// `GET /v1/tags/{tag}`: a tag with its entries.
public struct TagDetail: Hashable, Codable, Sendable {
    /// The tag itself.
    public var tag: TagSummary
    /// Ordered by key.
    public var entries: [EffectiveConfiguration.Item]
    /// The digest of the newest revision, which stands for the whole history; `nil` before the first.
    public var head: RevisionDigest?

    /// A detail from its parts.
    public init(tag: TagSummary, entries: [EffectiveConfiguration.Item], head: RevisionDigest? = nil) {
        self.tag = tag
        self.entries = entries
        self.head = head
    }
}

/// `POST /v1/tags`: makes an empty shared tag; the answer is its ``TagSummary``.
///
/// `DELETE /v1/tags/{tag}` retires it and answers nothing.
public struct CreateTag: Codable, Sendable {
    /// The new tag's name.
    public var name: TagName

    /// A request for a tag.
    public init(name: TagName) {
        self.name = name
    }
}

/// `POST /v1/tags/{tag}/revisions`: sets, unsets or makes absent.
///
/// The answer is the new ``Revision``, or 204 without a body when the tag said all of it already; on a dry run an
/// ``EditPlan``.
public struct EditTag: Codable, Sendable {
    /// One resource and its new entry; without one it becomes unmanaged.
    public struct Item: Codable, Sendable {
        /// The resource that the entry is for.
        public var key: ResourceKey
        /// What the tag says of it from now on.
        public var entry: Entry?
        /// What is to be done besides; `nil` leaves that as it is, and empty flags take it away.
        public var flags: EntryFlags?
        /// Whether the entry stays as it is, so that only flags change.
        public var keepsEntry: Bool

        /// An item from its parts.
        public init(key: ResourceKey, entry: Entry?, flags: EntryFlags? = nil, keepsEntry: Bool = false) {
            self.key = key
            self.entry = entry
            self.flags = flags
            self.keepsEntry = keepsEntry
        }

        private enum CodingKeys: String, CodingKey {
            case key
            case entry
            case flags
            case keepsEntry
        }

        /// Reads an item; without `keepsEntry` the entry is replaced.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            key = try container.decode(ResourceKey.self, forKey: .key)
            entry = try container.decodeIfPresent(Entry.self, forKey: .entry)
            flags = try container.decodeIfPresent(EntryFlags.self, forKey: .flags)
            keepsEntry = try container.decodeIfPresent(Bool.self, forKey: .keepsEntry) ?? false
        }

        /// Writes an item, `keepsEntry` only where it is so.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(key, forKey: .key)
            try container.encodeIfPresent(entry, forKey: .entry)
            try container.encodeIfPresent(flags, forKey: .flags)
            if keepsEntry { try container.encode(true, forKey: .keepsEntry) }
        }
    }

    /// The resources and their new entries.
    public var items: [Item]
    /// Why it is done.
    public var message: String
    /// Only says what would be done; `nil` is to do it.
    public var dryRun: Bool?

    /// An edit from its parts.
    public init(items: [Item], message: String, dryRun: Bool? = nil) {
        self.items = items
        self.message = message
        self.dryRun = dryRun
    }
}

/// `GET /v1/tags/{tag}/revisions?before=NUMBER&limit=COUNT`: the tag's history, newest first.
///
/// Without `limit` at most 50; at most ``APILimits/revisionsPerPage``. The next page begins `before` the last number.
public struct RevisionList: Codable, Sendable {
    /// The revisions, newest first.
    public var revisions: [Revision]

    /// A list of revisions.
    public init(revisions: [Revision]) {
        self.revisions = revisions
    }
}

/// `POST /v1/tags/{tag}/revisions/{number}/reversal`: puts the earlier entries back.
public struct Reversal: Codable, Sendable {
    /// Those of the revision's resources that are put back; `nil` for all.
    public var resources: [ResourceKey]?
    /// Where there was no entry before, writes `absent` instead of leaving the resource unmanaged.
    public var remove: Bool
    /// Only says what would be done.
    public var dryRun: Bool

    /// A reversal from its parts.
    public init(resources: [ResourceKey]? = nil, remove: Bool = false, dryRun: Bool = false) {
        self.resources = resources
        self.remove = remove
        self.dryRun = dryRun
    }
}

/// The answer to a ``Reversal``.
public struct ReversalResult: Codable, Sendable {
    /// The new revision; `nil` on a dry run.
    public var revision: Revision?
    /// What it changes, or would.
    public var items: [Revision.Item]
    /// The nodes whose effective configuration it changes, or would.
    public var nodes: [NodeName]
    /// Overrides in own tags that the reverted revision had dropped, and that come back, so that their nodes stay as
    /// they are.
    public var restored: [NodeOverride]
    /// Overrides in own tags that the shared tag makes needless again.
    public var dropped: [NodeOverride]

    /// A result from its parts.
    public init(
        revision: Revision?,
        items: [Revision.Item],
        nodes: [NodeName],
        restored: [NodeOverride] = [],
        dropped: [NodeOverride] = []
    ) {
        self.revision = revision
        self.items = items
        self.nodes = nodes
        self.restored = restored
        self.dropped = dropped
    }

    /// Reads a result; a server that knows of no overrides leaves them out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        revision = try container.decodeIfPresent(Revision.self, forKey: .revision)
        items = try container.decode([Revision.Item].self, forKey: .items)
        nodes = try container.decode([NodeName].self, forKey: .nodes)
        restored = try container.decodeIfPresent([NodeOverride].self, forKey: .restored) ?? []
        dropped = try container.decodeIfPresent([NodeOverride].self, forKey: .dropped) ?? []
    }
}
