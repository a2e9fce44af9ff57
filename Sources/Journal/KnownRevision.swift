public import FabricModel

/// The highest revision of a tag that a node was told.
public struct KnownRevision: Hashable, Sendable {
    /// The tag.
    public var tag: TagName
    /// The revision's number.
    public var number: Int64
    /// The revision's digest, which stands for the tag's history up to it; `nil` before the first revision.
    public var digest: RevisionDigest?

    /// A revision from its parts.
    public init(tag: TagName, number: Int64, digest: RevisionDigest?) {
        self.tag = tag
        self.number = number
        self.digest = digest
    }
}
