public import FabricModel

/// A net change that is in no commit yet, without its contents.
public struct OpenChange: Hashable, Codable, Sendable {
    /// The resource that changed.
    public var key: ResourceKey
    /// What was done to it.
    public var what: ChangeVerb
    /// When the first change since the last commit was seen.
    public var since: Timestamp
    /// Who did it.
    public var actor: Actor

    /// An open change from its parts.
    public init(key: ResourceKey, what: ChangeVerb, since: Timestamp, actor: Actor) {
        self.key = key
        self.what = what
        self.since = since
        self.actor = actor
    }

    /// The open change that a net change is, begun at `since`.
    public init(_ change: Change, since: Timestamp) {
        self.init(key: change.key, what: ChangeVerb(of: change), since: since, actor: change.actor)
    }
}

/// A committed resource on which the server and the node do not agree yet, or never will.
public struct HeldResource: Hashable, Codable, Sendable {
    /// Why it is held.
    public enum Reason: String, Codable, CaseIterable, Sendable {
        /// The server has not acknowledged its change yet.
        case unsent
        /// Its change waits for a decision.
        case undecided
        /// Its change was rejected and is tolerated on the node.
        case rejected
        /// Its change was rejected, and the reviewer asks to put it back.
        case rollBack
        /// A tag changed it too.
        case conflicted
    }

    /// The resource that is held.
    public var key: ResourceKey
    /// Why it is held.
    public var reason: Reason
    /// The commit whose change it is about.
    public var commit: CommitID?
    /// Who decided; `nil` where nobody has.
    public var by: String?
    /// What the decider said.
    public var message: String?
    /// When it came to be held.
    public var since: Timestamp

    /// A held resource from its parts.
    public init(
        key: ResourceKey,
        reason: Reason,
        commit: CommitID? = nil,
        by: String? = nil,
        message: String? = nil,
        since: Timestamp
    ) {
        self.key = key
        self.reason = reason
        self.commit = commit
        self.by = by
        self.message = message
        self.since = since
    }
}
