public import FabricModel

/// A change that cannot be taken into a tag as it is: the tag wants neither what the resource was nor what it became.
public struct Clash: Hashable, Codable, Sendable {
    /// The change's number in its commit.
    public var number: Int
    /// The change: what the resource was when it began, and what it became.
    public var change: Change
    /// What the tag says.
    public var entry: Entry
    /// The tag's revision that says so.
    public var revision: Int64

    /// A clash from its parts.
    public init(number: Int, change: Change, entry: Entry, revision: Int64) {
        self.number = number
        self.change = change
        self.entry = entry
        self.revision = revision
    }
}

/// `GET /v1/commits/{commit}/clashes?into=TAG`: the undecided changes of a commit that clash with a tag.
///
/// Without `into` that is the own tag of the commit's node.
public struct ClashList: Hashable, Codable, Sendable {
    /// In the order of the commit.
    public var clashes: [Clash]

    /// A list of clashes.
    public init(clashes: [Clash]) {
        self.clashes = clashes
    }
}

/// How a clash is resolved by whoever approves the change.
public struct Resolution: Hashable, Codable, Sendable {
    /// The change's number in its commit.
    public var number: Int
    /// The tag's revision that was looked at; where the tag has moved since, the resolution is not taken.
    public var revision: Int64
    /// What the tag says from then on; `nil` where it goes on to say what it says, and the node is to become that.
    public var entry: Entry?

    /// A resolution from its parts.
    public init(number: Int, revision: Int64, entry: Entry?) {
        self.number = number
        self.revision = revision
        self.entry = entry
    }
}
