public import FabricModel

/// One change of a commit and what became of it.
public struct ReviewedChange: Hashable, Codable, Sendable {
    /// From 1, in the order of the commit; what `--changes 1,3-5` names.
    public var number: Int
    /// The change as the node sent it.
    public var change: Change
    /// `nil` while it waits.
    public var decision: Decision?
    /// What a tag of the node wants instead, while the change waits; `nil` where no tag does.
    public var conflict: Conflict?

    /// A change from its parts.
    public init(number: Int, change: Change, decision: Decision? = nil, conflict: Conflict? = nil) {
        self.number = number
        self.change = change
        self.decision = decision
        self.conflict = conflict
    }
}

/// `GET /v1/commits/{commit}`: a feedback commit with its changes.
///
/// The id may be abbreviated.
public struct CommitDetail: Hashable, Codable, Sendable {
    /// The identity that the node made.
    public var id: CommitID
    /// The node that sent it.
    public var node: NodeID
    /// The name of that node.
    public var nodeName: NodeName
    /// Counts the node's commits from 1.
    public var sequence: Int64
    /// Who did it, as the node found out.
    public var author: Actor
    /// Why it was done.
    public var message: String
    /// When the node made it.
    public var at: Timestamp
    /// When the server had it.
    public var receivedAt: Timestamp
    /// What ended the batch on the node.
    public var trigger: FeedbackCommit.Trigger
    /// All its changes, in the order of the commit.
    public var changes: [ReviewedChange]

    /// A detail from its parts.
    public init(
        id: CommitID,
        node: NodeID,
        nodeName: NodeName,
        sequence: Int64,
        author: Actor,
        message: String,
        at: Timestamp,
        receivedAt: Timestamp,
        trigger: FeedbackCommit.Trigger,
        changes: [ReviewedChange]
    ) {
        self.id = id
        self.node = node
        self.nodeName = nodeName
        self.sequence = sequence
        self.author = author
        self.message = message
        self.at = at
        self.receivedAt = receivedAt
        self.trigger = trigger
        self.changes = changes
    }
}

/// A commit in the queue, without its changes' states.
public struct QueuedCommit: Hashable, Codable, Sendable {
    /// The identity that the node made.
    public var id: CommitID
    /// The name of the node that sent it.
    public var nodeName: NodeName
    /// Who did it, as the node found out.
    public var author: Actor
    /// Why it was done.
    public var message: String
    /// When the node made it.
    public var at: Timestamp
    /// All its changes.
    public var changes: Int
    /// Those that wait for a decision.
    public var undecided: Int
    /// Those of them that are in conflict with a tag of the node.
    public var conflicts: Int

    /// A row from its parts.
    public init(
        id: CommitID,
        nodeName: NodeName,
        author: Actor,
        message: String,
        at: Timestamp,
        changes: Int,
        undecided: Int,
        conflicts: Int = 0
    ) {
        self.id = id
        self.nodeName = nodeName
        self.author = author
        self.message = message
        self.at = at
        self.changes = changes
        self.undecided = undecided
        self.conflicts = conflicts
    }

    /// Reads a row; a server that knows of no conflicts leaves their number out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(CommitID.self, forKey: .id)
        nodeName = try container.decode(NodeName.self, forKey: .nodeName)
        author = try container.decode(Actor.self, forKey: .author)
        message = try container.decode(String.self, forKey: .message)
        at = try container.decode(Timestamp.self, forKey: .at)
        changes = try container.decode(Int.self, forKey: .changes)
        undecided = try container.decode(Int.self, forKey: .undecided)
        conflicts = try container.decodeIfPresent(Int.self, forKey: .conflicts) ?? 0
    }
}

/// `GET /v1/queue?node=NODE&after=COMMIT&limit=COUNT`: commits with undecided changes, oldest first.
///
/// At most ``APILimits/rowsPerPage``, without `limit` as many; of all nodes without `node`.
public struct Queue: Codable, Sendable {
    /// The commits, oldest first.
    public var commits: [QueuedCommit]
    /// Where there are more: the page that comes `after` this commit has them, be it decided meanwhile.
    public var next: CommitID?

    /// A queue of commits.
    public init(commits: [QueuedCommit], next: CommitID? = nil) {
        self.commits = commits
        self.next = next
    }
}

/// `POST /v1/commits/{commit}/approval`: takes changes into a tag, all or none.
public struct Approval: Codable, Sendable {
    /// A tag's name; `nil` means the own tag of the commit's node.
    public var into: TagName?
    /// Numbers of the changes; `nil` means all that are undecided.
    public var changes: [Int]?
    /// The revision's message; `nil` takes the commit's.
    public var message: String?
    /// What is to be done besides when one of the files or packages is changed on a node; added to what the tag's entry has.
    public var flags: EntryFlags?
    /// How changes are taken that clash with what the tag says; without them such changes are not.
    public var resolutions: [Resolution]?
    /// Only says what would be done.
    public var dryRun: Bool

    /// An approval from its parts.
    public init(
        into: TagName? = nil,
        changes: [Int]? = nil,
        message: String? = nil,
        flags: EntryFlags? = nil,
        resolutions: [Resolution]? = nil,
        dryRun: Bool = false
    ) {
        self.into = into
        self.changes = changes
        self.message = message
        self.flags = flags
        self.resolutions = resolutions
        self.dryRun = dryRun
    }

    /// Reads an approval; without `dryRun` it is meant.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        into = try container.decodeIfPresent(TagName.self, forKey: .into)
        changes = try container.decodeIfPresent([Int].self, forKey: .changes)
        message = try container.decodeIfPresent(String.self, forKey: .message)
        flags = try container.decodeIfPresent(EntryFlags.self, forKey: .flags)
        resolutions = try container.decodeIfPresent([Resolution].self, forKey: .resolutions)
        dryRun = try container.decodeIfPresent(Bool.self, forKey: .dryRun) ?? false
    }
}

/// The answer to an ``Approval``.
public struct ApprovalResult: Codable, Sendable {
    /// `nil` when the tag said all of it already, and on a dry run.
    public var revision: Revision?
    /// What it changes in the tag, or would.
    public var items: [Revision.Item]
    /// Numbers of the changes that the tag said already.
    public var unchanged: [Int]
    /// The nodes whose effective configuration it changes, or would, besides ``author``.
    public var nodes: [NodeName]
    /// How.
    public var effects: [EffectiveChange]
    /// The node that made the commit, where it is what the tag then says: it has it already.
    public var author: NodeName?
    /// Overrides in own tags that say the same and go, by node; nothing changes on these nodes.
    public var dropped: [NodeOverride]
    /// Nodes that include the tag and take the value from another one; at most ``APILimits/rowsPerPage`` are listed.
    public var shadowed: [ShadowedEntry]

    /// A result from its parts.
    public init(
        revision: Revision?,
        items: [Revision.Item],
        unchanged: [Int],
        nodes: [NodeName],
        effects: [EffectiveChange] = [],
        author: NodeName? = nil,
        dropped: [NodeOverride] = [],
        shadowed: [ShadowedEntry] = []
    ) {
        self.revision = revision
        self.items = items
        self.unchanged = unchanged
        self.nodes = nodes
        self.effects = effects
        self.author = author
        self.dropped = dropped
        self.shadowed = shadowed
    }

    /// Reads a result; a server that knows of no overrides leaves them out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        revision = try container.decodeIfPresent(Revision.self, forKey: .revision)
        items = try container.decode([Revision.Item].self, forKey: .items)
        unchanged = try container.decode([Int].self, forKey: .unchanged)
        nodes = try container.decode([NodeName].self, forKey: .nodes)
        effects = try container.decodeIfPresent([EffectiveChange].self, forKey: .effects) ?? []
        author = try container.decodeIfPresent(NodeName.self, forKey: .author)
        dropped = try container.decodeIfPresent([NodeOverride].self, forKey: .dropped) ?? []
        shadowed = try container.decodeIfPresent([ShadowedEntry].self, forKey: .shadowed) ?? []
    }
}

/// `POST /v1/commits/{commit}/rejection`: leaves changes out; the node stays as it is, or puts them back.
public struct Rejection: Codable, Sendable {
    /// What becomes of a rejected change on its node.
    public enum Remedy: String, Codable, CaseIterable, Sendable {
        /// Nothing: the node stays as it is.
        case tolerate
        /// The node goes back to the state before, where its own settings let it, unless it has changed again.
        case rollBack = "roll-back"
    }

    /// Why they are left out.
    public var reason: String
    /// Numbers of the changes; `nil` means all that are undecided.
    public var changes: [Int]?
    /// What becomes of them on the node; `nil` is to tolerate them.
    public var remedy: Remedy?

    /// A rejection from its parts.
    public init(reason: String, changes: [Int]? = nil, remedy: Remedy? = nil) {
        self.reason = reason
        self.changes = changes
        self.remedy = remedy
    }
}

/// The answer to a ``Rejection``: the numbers of the changes that were rejected.
public struct RejectionResult: Codable, Sendable {
    /// The numbers, ascending.
    public var rejected: [Int]

    /// A result from its parts.
    public init(rejected: [Int]) {
        self.rejected = rejected
    }
}
