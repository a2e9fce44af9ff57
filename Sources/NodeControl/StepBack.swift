public import FabricModel

/// A tag that is at an earlier revision than the node has seen, or at another one of the same or a later number.
public struct StepBack: Hashable, Codable, Sendable {
    /// The tag.
    public var tag: TagName
    /// The revision that the node has seen.
    public var from: Int64
    /// The revision that the server has.
    public var to: Int64

    /// A step from its parts.
    public init(tag: TagName, from: Int64, to: Int64) {
        self.tag = tag
        self.from = from
        self.to = to
    }
}

/// The answer to `Confirm`: which tags the node follows back.
public struct ConfirmAnswer: Hashable, Codable, Sendable {
    /// The tags in order of precedence; empty where nothing waited to be confirmed.
    public var tags: [StepBack]

    /// An answer from its parts.
    public init(tags: [StepBack]) {
        self.tags = tags
    }
}
