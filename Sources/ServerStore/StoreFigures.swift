public import FabricAPI
public import FabricModel

/// How much the store holds, for those who watch the server.
public struct StoreFigures: Sendable {
    /// Commits with undecided changes.
    public var queuedCommits: Int
    /// Undecided changes.
    public var undecidedChanges: Int
    /// When the oldest of those commits came in; `nil` where none waits.
    public var oldestQueued: Timestamp?
    /// Commits that ever came in.
    public var commits: Int
    /// How many nodes stand where; states without a node are left out.
    public var nodes: [NodeState: Int]
    /// When each node was heard of; those that never were are left out.
    public var lastContacts: [NodeName: Timestamp]
    /// Webhooks that fail.
    public var failingWebhooks: Int
    /// What the store takes on the disk.
    ///
    /// *Units*: bytes.
    public var size: Int64

    /// Figures from their parts.
    public init(
        queuedCommits: Int = 0,
        undecidedChanges: Int = 0,
        oldestQueued: Timestamp? = nil,
        commits: Int = 0,
        nodes: [NodeState: Int] = [:],
        lastContacts: [NodeName: Timestamp] = [:],
        failingWebhooks: Int = 0,
        size: Int64 = 0
    ) {
        self.queuedCommits = queuedCommits
        self.undecidedChanges = undecidedChanges
        self.oldestQueued = oldestQueued
        self.commits = commits
        self.nodes = nodes
        self.lastContacts = lastContacts
        self.failingWebhooks = failingWebhooks
        self.size = size
    }
}
