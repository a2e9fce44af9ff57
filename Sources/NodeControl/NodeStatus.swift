public import FabricModel

/// What a node says of itself: the answer to `GetStatus`.
///
/// It holds names and counts, never contents, so that members of the group `weft` may see it.
public struct NodeStatus: Hashable, Codable, Sendable {
    /// Where the node stands against its effective configuration.
    public enum State: String, Codable, CaseIterable, Sendable {
        /// Nothing differs.
        case clean
        /// Changes are open, or wait in the queue.
        case pending
        /// Changes were rejected and are tolerated, or the node is not what its tags say.
        case drifted
        /// The node and a tag changed the same resource.
        case conflicted
        /// Something that the node's tags ask for cannot be done.
        case failed
    }

    /// Who makes feedback commits.
    public enum FeedbackMode: String, Codable, CaseIterable, Sendable {
        /// The daemon does, at logout or when it has been quiet; `weft commit` does too.
        case auto
        /// Only `weft commit` does.
        case manual
    }

    /// What the node lets the server do to it.
    public enum Policy: String, Codable, CaseIterable, Sendable {
        /// Nothing: the node records and reports.
        case observe
        /// The node becomes what its tags say.
        case apply
    }

    /// The longest list of open or held resources that a status carries; the counts tell how many there are.
    public static let longestList = 1000

    /// The node's identity.
    public var id: NodeID
    /// The name by which people call it.
    public var name: NodeName
    /// Where the node stands.
    public var state: State
    /// The server and how it was reached last.
    public var server: ServerConnection
    /// The roots that are watched, as ``EscapedText``.
    public var roots: [String]
    /// How many directories have a watch.
    public var watchedDirectories: Int
    /// How many resources are recorded as present, by kind (`file`, `package`).
    public var resources: [String: Int]
    /// Net changes that are in no commit yet, by key; at most ``longestList``.
    public var openChanges: [OpenChange]
    /// How many open changes there are.
    public var openChangeCount: Int
    /// Commits that the server has not acknowledged yet.
    public var unsentCommits: Int
    /// When the oldest of them was made.
    public var oldestUnsent: Timestamp?
    /// Committed resources that are undecided, rejected or in conflict, by key; at most ``longestList``.
    public var heldResources: [HeldResource]
    /// How many resources are held.
    public var heldResourceCount: Int
    /// How many resources are not what the node's tags say, and are not held.
    public var plannedSteps: Int
    /// How many of these were tried and failed.
    public var failedSteps: Int
    /// What is degraded.
    public var warnings: [HealthWarning]
    /// Who makes feedback commits.
    public var feedback: FeedbackMode
    /// What the node lets the server do to it.
    public var policy: Policy
    /// The daemon's process.
    public var pid: Int32
    /// The daemon's version.
    public var version: String
    /// When the daemon started.
    public var since: Timestamp

    /// A status from its parts.
    public init(
        id: NodeID,
        name: NodeName,
        state: State,
        server: ServerConnection,
        roots: [String],
        watchedDirectories: Int,
        resources: [String: Int],
        openChanges: [OpenChange],
        openChangeCount: Int,
        unsentCommits: Int,
        oldestUnsent: Timestamp?,
        heldResources: [HeldResource],
        heldResourceCount: Int,
        plannedSteps: Int = 0,
        failedSteps: Int = 0,
        warnings: [HealthWarning],
        feedback: FeedbackMode,
        policy: Policy = .observe,
        pid: Int32,
        version: String,
        since: Timestamp
    ) {
        self.id = id
        self.name = name
        self.state = state
        self.server = server
        self.roots = roots
        self.watchedDirectories = watchedDirectories
        self.resources = resources
        self.openChanges = openChanges
        self.openChangeCount = openChangeCount
        self.unsentCommits = unsentCommits
        self.oldestUnsent = oldestUnsent
        self.heldResources = heldResources
        self.heldResourceCount = heldResourceCount
        self.plannedSteps = plannedSteps
        self.failedSteps = failedSteps
        self.warnings = warnings
        self.feedback = feedback
        self.policy = policy
        self.pid = pid
        self.version = version
        self.since = since
    }
}
