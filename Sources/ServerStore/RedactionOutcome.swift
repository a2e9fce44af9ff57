public import FabricModel

/// What the redaction of a content came to.
public struct RedactionOutcome: Hashable, Sendable {
    /// An entry that asks for a content.
    public struct Entry: Hashable, Sendable {
        /// The tag.
        public var tag: TagName
        /// The resource.
        public var key: ResourceKey
    }

    /// Whether the store held the content until now.
    public var wasHeld: Bool
    /// Nodes that have it or may have had it, by name; they forget it when they ask next.
    public var nodes: [NodeName]
    /// What still asks for it, and can no longer be had.
    public var entries: [Entry]
}
