public import FabricModel

/// What a reviewer said of one of the node's changes, as the server told it.
public struct RecordedDecision: Hashable, Sendable {
    /// How a change was decided.
    public enum Outcome: String, CaseIterable, Sendable {
        /// Taken into a tag.
        case approved
        /// Not taken; the node is left as it is.
        case tolerated
        /// Not taken; the node is to go back to the state before.
        case rolledBack = "roll-back"
    }

    /// Counts the node's decisions from 1.
    public var sequence: Int64
    /// The commit that held the change.
    public var commit: CommitID
    /// The resource that was decided on.
    public var key: ResourceKey
    /// What was decided.
    public var outcome: Outcome
    /// Where it was approved into.
    public var revision: RevisionReference?
    /// Who decided.
    public var by: String
    /// Why.
    public var reason: String?
    /// When.
    public var at: Timestamp

    /// A decision from its parts.
    public init(
        sequence: Int64,
        commit: CommitID,
        key: ResourceKey,
        outcome: Outcome,
        revision: RevisionReference? = nil,
        by: String,
        reason: String? = nil,
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

/// A committed resource whose newest change nobody has approved, or that is still to be rolled back.
public struct HeldRecord: Hashable, Sendable {
    /// The resource.
    public var key: ResourceKey
    /// The newest commit that holds a change of it.
    public var commit: CommitID
    /// When that commit was made.
    public var since: Timestamp
    /// Whether the server has it.
    public var isSent: Bool
    /// The decision, which then is `tolerated` or a roll-back that is not done; `nil` while there is none.
    public var decision: RecordedDecision?

    /// A held resource from its parts.
    public init(
        key: ResourceKey,
        commit: CommitID,
        since: Timestamp,
        isSent: Bool,
        decision: RecordedDecision?
    ) {
        self.key = key
        self.commit = commit
        self.since = since
        self.isSent = isSent
        self.decision = decision
    }
}
