public import FabricModel

/// What a tag of a node wants of a resource that changed on the node in another way.
///
/// The change says what the resource was, the base, and what it is on the node; the tag wants neither.
public struct Conflict: Hashable, Codable, Sendable {
    /// What the tag wants.
    public var entry: Entry
    /// The tag that gives the node its entry, and the revision that set it.
    public var revision: RevisionReference
    /// The principal that made the revision.
    public var by: String
    /// When the revision was made.
    public var at: Timestamp

    /// A conflict from its parts.
    public init(entry: Entry, revision: RevisionReference, by: String, at: Timestamp) {
        self.entry = entry
        self.revision = revision
        self.by = by
        self.at = at
    }
}
