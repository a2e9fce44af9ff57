public import FabricModel

/// What a node says of itself when it enrols.
///
/// A token of role `enrol` enrols one node. That node may repeat it with the same token for an hour, which gives it
/// another certificate; later it is enrolled again by a token that was made for it, or by somebody who accepts it.
public struct RegisterNode: Hashable, Codable, Sendable {
    /// Made by the node.
    public var id: NodeID
    /// The name by which people will call it.
    public var name: NodeName
    /// *Source*: machine-id(5).
    public var machineID: String?
    /// `PRETTY_NAME` of os-release(5).
    public var operatingSystem: String?

    /// A registration from its parts.
    public init(id: NodeID, name: NodeName, machineID: String? = nil, operatingSystem: String? = nil) {
        self.id = id
        self.name = name
        self.machineID = machineID
        self.operatingSystem = operatingSystem
    }
}

/// `POST /v1/nodes/{node}/contents/missing`: which of these the server lacks.
public struct ContentInquiry: Codable, Sendable {
    /// At most ``APILimits/digestsPerInquiry``.
    public var digests: [ContentDigest]

    /// An inquiry about digests.
    public init(digests: [ContentDigest]) {
        self.digests = digests
    }
}

/// The answer to a ``ContentInquiry``: upload these with `PUT /v1/nodes/{node}/contents/{digest}`.
public struct MissingContents: Codable, Sendable {
    /// Those of the inquiry that the server does not hold for the node.
    public var missing: [ContentDigest]

    /// An answer that lists digests.
    public init(missing: [ContentDigest]) {
        self.missing = missing
    }
}

/// `POST /v1/nodes/{node}/commits`: feedback commits, oldest first.
///
/// Idempotent by commit id.
public struct CommitUpload: Codable, Sendable {
    /// At most ``APILimits/commitsPerUpload``.
    public var commits: [FeedbackCommit]

    /// An upload of commits.
    public init(commits: [FeedbackCommit]) {
        self.commits = commits
    }
}

/// The answer to a ``CommitUpload``, sent when all of them are durable.
public struct CommitReceipt: Codable, Sendable {
    /// Those of the upload that the server now holds, new or known before.
    public var accepted: [CommitID]

    /// A receipt for commits.
    public init(accepted: [CommitID]) {
        self.accepted = accepted
    }
}

/// `GET /v1/nodes/{node}/configuration?since=ETAG&wait=SECONDS`: what the node should be.
///
/// With `since` equal to the current entity tag the server waits up to `wait` seconds (at most
/// ``APILimits/longestWait``) for a change and then answers 304. With an earlier one it answers ``ConfigurationChanges``
/// where it can tell them, and the whole otherwise.
public struct NodeConfiguration: Hashable, Codable, Sendable {
    /// Opaque; also in the `ETag` header.
    public var etag: String
    /// The entries and where each comes from.
    public var configuration: EffectiveConfiguration
    /// The included shared tags, in order of precedence.
    public var tags: [TagName]
    /// The newest decision's sequence; see ``Decision``.
    public var lastDecision: Int64
    /// Why the node is to change nothing at the moment.
    public var pause: Pause?
    /// Where it comes from; an older server does not say it.
    public var source: ConfigurationSource?

    /// A configuration from its parts.
    public init(
        etag: String,
        configuration: EffectiveConfiguration,
        tags: [TagName],
        lastDecision: Int64,
        pause: Pause? = nil,
        source: ConfigurationSource? = nil
    ) {
        self.etag = etag
        self.configuration = configuration
        self.tags = tags
        self.lastDecision = lastDecision
        self.pause = pause
        self.source = source
    }
}

/// `GET /v1/nodes/{node}/decisions?after=SEQUENCE`: what reviewers said of the node's changes, oldest first.
public struct Decision: Hashable, Codable, Sendable {
    /// How a change was decided.
    public enum Outcome: String, Codable, CaseIterable, Sendable {
        case approved
        /// Rejected, and tolerated on the node, which is left as it is.
        case tolerated
        /// Rejected, and the node is to go back to the state before.
        case rolledBack = "roll-back"
    }

    /// Counts the node's decisions from 1.
    public var sequence: Int64
    /// The commit that holds the change.
    public var commit: CommitID
    /// The resource that changed.
    public var key: ResourceKey
    /// What was decided.
    public var outcome: Outcome
    /// Where it was approved into; `nil` when the tag said so already.
    public var revision: RevisionReference?
    /// The principal that decided.
    public var by: String
    /// What the reviewer said.
    public var reason: String?
    /// When it was decided.
    public var at: Timestamp

    /// A decision from its parts.
    public init(
        sequence: Int64,
        commit: CommitID,
        key: ResourceKey,
        outcome: Outcome,
        revision: RevisionReference?,
        by: String,
        reason: String?,
        at: Timestamp
    ) {
        self.sequence = sequence
        self.commit = commit
        self.key = key
        self.outcome = outcome
        self.revision = revision
        self.by = by
        self.reason = reason
        self.at = at
    }
}

/// A list of decisions.
public struct DecisionList: Codable, Sendable {
    /// The decisions, oldest first.
    public var decisions: [Decision]

    /// A list of decisions.
    public init(decisions: [Decision]) {
        self.decisions = decisions
    }
}
