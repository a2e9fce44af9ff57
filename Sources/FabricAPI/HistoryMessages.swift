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
