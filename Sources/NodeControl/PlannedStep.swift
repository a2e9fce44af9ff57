public import FabricModel

/// A resource that is not what the node's tags say: part of the answer to `GetPlan`.
public struct PlannedStep: Hashable, Codable, Sendable {
    /// What becomes of it.
    public enum Fate: String, Codable, CaseIterable, Sendable {
        /// It is brought to what is wanted, or would be where the policy is `observe`.
        case apply
        /// It is to be taken when fewer other nodes converge to its tag.
        case waiting
        /// Its tag has stopped, for a step failed on another node.
        case stopped
        /// Somebody has paused this node, a tag of it, or all nodes.
        case paused
        /// It was tried and failed, and is tried again.
        case failed
        /// A change of it is in no commit yet.
        case open
        /// A change of it waits for a decision.
        case undecided
        /// A change of it was rejected and is tolerated here.
        case tolerated
        /// Node and tag changed it, each in its own way.
        case conflicted
    }

    /// The resource.
    public var key: ResourceKey
    /// What becomes of it.
    public var fate: Fate
    /// The revision of a tag that wants it, such as `web@3`; `nil` where a commit is rolled back.
    public var revision: RevisionReference?
    /// The commit whose change is put back, where that is so.
    public var commit: CommitID?
    /// The state that it has, in one line; see ``StateSummary``.
    public var current: String
    /// What is wanted, in one line.
    public var wanted: String
    /// Why it failed or is kept back, and the way out.
    public var message: String?

    /// A unit that was to follow a change and could not.
    ///
    /// - Parameters:
    ///   - unit: The unit.
    ///   - revision: What set the entry that asks for it.
    ///   - failure: Why it could not.
    public init(unit: ResourceKey, revision: RevisionReference?, failure: String) {
        key = unit
        fate = .failed
        self.revision = revision
        current = "as it was started"
        wanted = "restarted or reloaded"
        message = failure
    }

    /// A step from its parts.
    public init(
        key: ResourceKey,
        fate: Fate,
        revision: RevisionReference? = nil,
        commit: CommitID? = nil,
        current: ResourceState,
        wanted: Entry,
        message: String? = nil
    ) {
        self.key = key
        self.fate = fate
        self.revision = revision
        self.commit = commit
        (self.current, self.wanted) = StateSummary.compare(current, wanted)
        self.message = message
    }
}

/// What convergence would do to the node now: the answer to `GetPlan`.
public struct NodePlan: Hashable, Codable, Sendable {
    /// What the node lets the server do to it.
    public var policy: NodeStatus.Policy
    /// Whether the server has said what the node should be since the daemon started.
    public var isKnown: Bool
    /// What is to be applied, in that order, then what is held.
    public var steps: [PlannedStep]

    /// A plan from its parts.
    public init(policy: NodeStatus.Policy, isKnown: Bool, steps: [PlannedStep]) {
        self.policy = policy
        self.isKnown = isKnown
        self.steps = steps
    }
}
