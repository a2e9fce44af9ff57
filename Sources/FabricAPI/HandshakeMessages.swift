public import FabricModel

/// Where a configuration comes from: which store, in which of its lives, and how far each of the tags was there.
///
/// A store that is restored from a backup goes on in another life. What a node knows of it may then be more than it has.
public struct ConfigurationSource: Hashable, Codable, Sendable {
    /// The id of the store, which stays the same in all its lives.
    public var store: String
    /// The id of the life.
    public var life: String
    /// The node's tags in order of precedence, its own one first.
    public var tags: [TagHead]

    /// A source from its parts.
    public init(store: String, life: String, tags: [TagHead]) {
        self.store = store
        self.life = life
        self.tags = tags
    }
}

/// The newest revision of a tag.
public struct TagHead: Hashable, Codable, Sendable {
    /// The tag.
    public var tag: TagName
    /// The revision's number; 0 before the first.
    public var revision: Int64
    /// The revision's digest, which stands for the whole history up to it; `nil` before the first.
    public var digest: RevisionDigest?

    /// A head from its parts.
    public init(tag: TagName, revision: Int64, digest: RevisionDigest?) {
        self.tag = tag
        self.revision = revision
        self.digest = digest
    }
}

/// `POST /v1/nodes/{node}/handshake`: what a node knows of a store, so that both find out what the other one lacks.
///
/// A node sends it when it starts, and whenever its configuration comes from another life of the store.
public struct Handshake: Hashable, Codable, Sendable {
    /// The life that the node spoke to last; `nil` where it never did.
    public var life: String?
    /// The highest revisions that the node knows, at most ``APILimits/tagsPerHandshake``.
    public var tags: [TagHead]

    /// A handshake from its parts.
    public init(life: String?, tags: [TagHead]) {
        self.life = life
        self.tags = tags
    }
}

/// The answer to a ``Handshake``.
public struct HandshakeAnswer: Hashable, Codable, Sendable {
    /// Numbers of commits that the server lacks, between others that it has.
    public struct Gap: Hashable, Codable, Sendable {
        /// The first one.
        public var from: Int64
        /// The last one.
        public var through: Int64

        /// A gap from its ends.
        public init(from: Int64, through: Int64) {
            self.from = from
            self.through = through
        }
    }

    /// As in ``ConfigurationSource``.
    public var store: String
    /// As in ``ConfigurationSource``.
    public var life: String
    /// When this life began, where it began from a backup.
    public var restoredAt: Timestamp?
    /// The highest sequence of the node's commits that the server holds; 0 without any.
    public var lastSequence: Int64
    /// The sequences below it that the server lacks, lowest first.
    ///
    /// Where there are more than ``APILimits/gapsPerHandshake``, the last one covers all that are left.
    public var gaps: [Gap]
    /// Decisions up to this one are those that the node knows under their numbers; what it knows above never was.
    public var lastDecision: Int64
    /// Tags of the handshake of which the store does not have the revision that the node knows.
    public var unknown: [TagName]

    /// An answer from its parts.
    public init(
        store: String,
        life: String,
        restoredAt: Timestamp?,
        lastSequence: Int64,
        gaps: [Gap],
        lastDecision: Int64,
        unknown: [TagName]
    ) {
        self.store = store
        self.life = life
        self.restoredAt = restoredAt
        self.lastSequence = lastSequence
        self.gaps = gaps
        self.lastDecision = lastDecision
        self.unknown = unknown
    }

    /// Whether the server lacks the commit of a sequence.
    public func lacks(_ sequence: Int64) -> Bool {
        sequence > lastSequence || gaps.contains { ($0.from...max($0.from, $0.through)).contains(sequence) }
    }
}
