public import FabricAPI
public import FabricModel

/// What came of a node's request for slots.
public struct SlotDecision: Hashable, Sendable {
    /// What the node is told.
    public var answer: SlotAnswer
    /// Those of the tags where yet another node would find room.
    public var room: [TagName]
    /// Tags of which the node had a slot that it does not ask for any more.
    public var freed: [TagName]

    /// A decision from its parts.
    public init(answer: SlotAnswer, room: [TagName] = [], freed: [TagName] = []) {
        self.answer = answer
        self.room = room
        self.freed = freed
    }
}

/// What a node's report changes for others.
public struct SlotOutcome: Hashable, Sendable {
    /// Tags of which a slot is free now.
    public var freed: [TagName]
    /// Tags that stopped with this report, or go on.
    public var turned: [TagName]

    /// An outcome from its parts.
    public init(freed: [TagName], turned: [TagName]) {
        self.freed = freed
        self.turned = turned
    }
}
