public import FabricModel

/// What a token is good for, where that is less than its role allows, or more.
///
/// *Shape*: `{"contents":true,"tags":["web"]}`; what does not hold is left out.
public struct TokenScope: Hashable, Codable, Sendable {
    /// The tags that it may change, in the order of the alphabet, and nothing besides them; `nil` for all.
    public var tags: [TagName]?
    /// Whether it reads contents although its role reads metadata alone.
    public var contents: Bool?

    /// A scope from its parts; sorts the tags.
    public init(tags: some Sequence<TagName>, contents: Bool = false) {
        self.tags = Set(tags).sorted()
        self.contents = contents ? true : nil
    }

    /// The scope of a token that may change what its role allows.
    public init(contents: Bool) {
        self.contents = contents ? true : nil
    }
}
