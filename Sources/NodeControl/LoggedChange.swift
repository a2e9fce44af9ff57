public import FabricModel

/// One recorded change, without its contents: part of the answer to `GetLog`.
public struct LoggedChange: Hashable, Codable, Sendable {
    /// How far a change has come.
    public enum State: String, Codable, CaseIterable, Sendable {
        /// In no commit yet.
        case open
        /// Came to nothing: undone, or a consequence of a package's change.
        case settled
        /// In a commit that the server has not acknowledged.
        case committed
        /// In the server's queue.
        case queued
        /// Taken into a tag.
        case approved
        /// Not taken; the node is left as it is.
        case rejected
        /// Not taken; the node goes back to the state before.
        case rollBack
        /// Not taken, and the node went back to the state before.
        case rolledBack
    }

    /// Counts the node's changes; what ``LogQuery/before`` names.
    public var sequence: Int64
    /// The resource that changed.
    public var key: ResourceKey
    /// What was done to it.
    public var what: ChangeVerb
    /// The state before in one line; see ``StateSummary``.
    public var before: String
    /// The state after in one line.
    public var after: String
    /// When it was seen.
    public var at: Timestamp
    /// Who did it.
    public var actor: Actor
    /// Happened while nothing was watching; `at` is when it was found.
    public var isLate: Bool
    /// How far it has come.
    public var state: State
    /// The commit that holds it.
    public var commit: CommitID?
    /// The commit's message.
    public var message: String?
    /// Who decided; `nil` where nobody has.
    public var by: String?
    /// What the decider said.
    public var reason: String?
    /// Why it was not put back though it was to be.
    public var obstacle: String?

    /// A logged change from its parts.
    public init(
        sequence: Int64,
        change: Change,
        state: State,
        commit: CommitID? = nil,
        message: String? = nil,
        by: String? = nil,
        reason: String? = nil,
        obstacle: String? = nil
    ) {
        self.sequence = sequence
        key = change.key
        what = ChangeVerb(of: change)
        before = StateSummary.describe(change.before)
        after = StateSummary.describe(change.after)
        at = change.at
        actor = change.actor
        isLate = change.isLate
        self.state = state
        self.commit = commit
        self.message = message
        self.by = by
        self.reason = reason
        self.obstacle = obstacle
    }
}

/// Which recorded changes are wanted, newest first: the parameters of `GetLog`.
public struct LogQuery: Hashable, Sendable {
    /// The most changes that one answer holds.
    public static let largestLimit = 10_000
    /// How many they are when nobody says.
    public static let usualLimit = 100

    /// The resource, or the directory and everything below it; `nil` for all.
    public var selection: ResourceSelection?
    /// How many changes at most, from 1 to ``largestLimit``.
    public var limit: Int
    /// Only changes with a smaller sequence: the last of the answer before.
    public var before: Int64?

    /// A query from its parts.
    public init(selection: ResourceSelection? = nil, limit: Int = LogQuery.usualLimit, before: Int64? = nil) {
        self.selection = selection
        self.limit = limit
        self.before = before
    }
}
