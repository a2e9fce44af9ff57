public import FabricModel

/// An entry of a node's own tag that says what a tag included by the node says too.
public struct NodeOverride: Hashable, Codable, Sendable {
    /// The node whose own tag it is.
    public var node: NodeName
    /// The resource.
    public var key: ResourceKey

    /// An override by node and resource.
    public init(node: NodeName, key: ResourceKey) {
        self.node = node
        self.key = key
    }
}

/// A node that does not get what a tag says, for another of its tags comes first.
public struct ShadowedEntry: Hashable, Codable, Sendable {
    /// The node.
    public var node: NodeName
    /// The resource.
    public var key: ResourceKey
    /// The tag that gives the value there.
    public var by: TagName

    /// A shadowed entry from its parts.
    public init(node: NodeName, key: ResourceKey, by: TagName) {
        self.node = node
        self.key = key
        self.by = by
    }
}
