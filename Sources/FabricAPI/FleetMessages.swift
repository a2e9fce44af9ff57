public import FabricModel

/// Where a node stands; of several, what needs somebody most.
public enum NodeState: String, Codable, CaseIterable, Sendable {
    case clean
    /// It is not what its tags say yet, and nothing is wrong: it is about to, waits its turn, or has not been heard of.
    case behind
    /// Changes of it wait in the queue.
    case pending
    /// Changes of it were rejected and tolerated, or it only observes and is not what its tags say.
    case drifted
    /// Node and tag changed the same resource, each in its own way.
    case conflicted
    /// Something that its tags ask for cannot be done.
    case failed
}

/// A node as the server knows it.
public struct NodeSummary: Hashable, Codable, Sendable {
    /// The identity that the node made.
    public var id: NodeID
    /// The name by which people call it.
    public var name: NodeName
    /// The machine id that the node gave.
    public var machineID: String?
    /// The operating system that the node gave.
    public var operatingSystem: String?
    /// Where it stands.
    public var state: NodeState
    /// The included shared tags, in order of precedence.
    public var tags: [TagName]
    /// When it became known.
    public var registeredAt: Timestamp
    /// When the server last heard of it.
    public var lastContact: Timestamp?
    /// Undecided changes.
    public var undecided: Int
    /// How far it is what its tags say; `nil` until it has reported that.
    public var convergence: NodeConvergence?

    /// A summary from its parts.
    public init(
        id: NodeID,
        name: NodeName,
        machineID: String?,
        operatingSystem: String?,
        state: NodeState,
        tags: [TagName],
        registeredAt: Timestamp,
        lastContact: Timestamp?,
        undecided: Int,
        convergence: NodeConvergence? = nil
    ) {
        self.id = id
        self.name = name
        self.machineID = machineID
        self.operatingSystem = operatingSystem
        self.state = state
        self.tags = tags
        self.registeredAt = registeredAt
        self.lastContact = lastContact
        self.undecided = undecided
        self.convergence = convergence
    }
}

/// `GET /v1/nodes?after=NAME&limit=COUNT`: nodes by name.
///
/// At most ``APILimits/rowsPerPage``, without `limit` as many.
public struct NodeList: Codable, Sendable {
    /// The nodes, ordered by name.
    public var nodes: [NodeSummary]
    /// Where there are more: the page that comes `after` this name has them.
    public var next: NodeName?

    /// A list of nodes.
    public init(nodes: [NodeSummary], next: NodeName? = nil) {
        self.nodes = nodes
        self.next = next
    }
}

/// `PUT /v1/nodes/{node}/tags`: replaces the ordered list of included shared tags; the answer is a ``NodeSummary``.
public struct IncludeTags: Codable, Sendable {
    /// The tags, in order of precedence.
    public var tags: [TagName]

    /// A request that lists tags in order of precedence.
    public init(tags: [TagName]) {
        self.tags = tags
    }
}

/// `GET /v1/nodes/{node}/explanation?resource=KEY&at=TIME`: every layer that could give the value.
///
/// Without `at` now; with it, the tags are those that the node included then, each as it was then.
public struct Explanation: Hashable, Codable, Sendable {
    /// One tag of the node, in order of precedence.
    public struct Layer: Hashable, Codable, Sendable {
        /// The tag of this layer.
        public var tag: TagName
        /// `nil` where the tag does not name the resource.
        public var entry: Entry?
        /// What is to be done besides.
        public var flags: EntryFlags?
        /// The revision that set it, with author and time.
        public var revision: Revision?
        /// Whether this layer gives the value.
        public var wins: Bool

        /// A layer from its parts.
        public init(
            tag: TagName,
            entry: Entry?,
            flags: EntryFlags? = nil,
            revision: Revision?,
            wins: Bool
        ) {
            self.tag = tag
            self.entry = entry
            self.flags = flags
            self.revision = revision
            self.wins = wins
        }
    }

    /// The node that is explained.
    public var node: NodeName
    /// The resource that is explained.
    public var key: ResourceKey
    /// The own tag first, then the included tags in order.
    public var layers: [Layer]
    /// The moment that it is about; `nil` for now.
    public var at: Timestamp?

    /// An explanation from its parts.
    public init(node: NodeName, key: ResourceKey, layers: [Layer], at: Timestamp? = nil) {
        self.node = node
        self.key = key
        self.layers = layers
        self.at = at
    }
}
