public import FabricModel

/// Whether a tag's history is what was written.
public struct TagVerification: Hashable, Codable, Sendable {
    /// The first thing that does not fit.
    public struct Fault: Hashable, Codable, Sendable {
        /// The revision at which it shows.
        public var revision: Int64
        /// What does not fit.
        public var message: String

        /// A fault from its parts.
        public init(revision: Int64, message: String) {
            self.revision = revision
            self.message = message
        }
    }

    /// The tag.
    public var tag: TagName
    /// How many revisions fit, from the first on.
    public var revisions: Int64
    /// The digest of the last one that fits; `nil` where there is none.
    public var head: RevisionDigest?
    /// `nil` where all of it fits.
    public var fault: Fault?

    /// A verification from its parts.
    public init(tag: TagName, revisions: Int64, head: RevisionDigest?, fault: Fault? = nil) {
        self.tag = tag
        self.revisions = revisions
        self.head = head
        self.fault = fault
    }
}

/// `GET /v1/verification?tag=NAME`, or for all tags `?after=NAME&limit=COUNT`: recomputes the chain of revisions.
///
/// Tags that were deleted are among all, for their revisions stay. At most ``APILimits/verificationsPerPage``, without
/// `limit` as many.
public struct VerificationList: Codable, Sendable {
    /// By tag.
    public var tags: [TagVerification]
    /// Where there are more: the page that comes `after` this name has them.
    public var next: TagName?

    /// A list of verifications.
    public init(tags: [TagVerification], next: TagName? = nil) {
        self.tags = tags
        self.next = next
    }
}

/// `GET /v1/tags/{tag}/state?revision=NUMBER`, or `?at=TIME`: what a tag said of each resource; of a deleted tag too.
///
/// Revision 0 is the empty tag before its first revision.
public struct TagState: Hashable, Codable, Sendable {
    /// The tag.
    public var tag: TagName
    /// The newest revision then; 0 before the first.
    public var revision: Int64
    /// When that revision was made; `nil` before the first.
    public var at: Timestamp?
    /// The digest of that revision.
    public var digest: RevisionDigest?
    /// Ordered by key.
    public var entries: [EffectiveConfiguration.Item]

    /// A state from its parts.
    public init(
        tag: TagName,
        revision: Int64,
        at: Timestamp?,
        digest: RevisionDigest?,
        entries: [EffectiveConfiguration.Item]
    ) {
        self.tag = tag
        self.revision = revision
        self.at = at
        self.digest = digest
        self.entries = entries
    }
}

/// `GET /v1/tags/{tag}/difference?from=NUMBER&to=NUMBER`: what a tag says otherwise at one revision than at another.
///
/// Without `to` the newest one is meant. The later of the two may be `from`.
public struct TagDifference: Hashable, Codable, Sendable {
    /// The tag.
    public var tag: TagName
    /// The revision that is compared; 0 for the empty tag.
    public var from: Int64
    /// The revision that it is compared with.
    public var to: Int64
    /// Each resource of which the tag says something else, with what it says at either; by key.
    public var items: [Revision.Item]

    /// A difference from its parts.
    public init(tag: TagName, from: Int64, to: Int64, items: [Revision.Item]) {
        self.tag = tag
        self.from = from
        self.to = to
        self.items = items
    }
}
