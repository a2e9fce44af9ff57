public import FabricModel

/// What a change of a tag means to nodes: a resource that they are to have otherwise than now.
public struct EffectiveChange: Hashable, Codable, Sendable {
    /// The resource.
    public var key: ResourceKey
    /// What their tags say of it now; `nil` where no tag names it.
    public var before: Entry?
    /// What they say of it then.
    public var after: Entry?
    /// The nodes for which it is so, by name.
    public var nodes: [NodeName]

    /// A change from its parts.
    public init(key: ResourceKey, before: Entry?, after: Entry?, nodes: [NodeName]) {
        self.key = key
        self.before = before
        self.after = after
        self.nodes = nodes
    }
}

/// The answer to an ``EditTag`` that is a dry run.
public struct EditPlan: Hashable, Codable, Sendable {
    /// What it would change in the tag; nothing where the tag says all of it already.
    public var items: [Revision.Item]
    /// The nodes whose effective configuration would change.
    public var nodes: [NodeName]
    /// How.
    public var effects: [EffectiveChange]
    /// Nodes that include the tag and take the value from another one; at most ``APILimits/rowsPerPage`` are listed.
    public var shadowed: [ShadowedEntry]

    /// A plan from its parts.
    public init(
        items: [Revision.Item],
        nodes: [NodeName],
        effects: [EffectiveChange] = [],
        shadowed: [ShadowedEntry] = []
    ) {
        self.items = items
        self.nodes = nodes
        self.effects = effects
        self.shadowed = shadowed
    }
}
