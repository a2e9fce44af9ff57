public import FabricModel

/// `PUT /v1/nodes/{node}/convergence`: how far a node is what its tags say, as it counts that itself; answered with nothing.
public struct ConvergenceReport: Hashable, Codable, Sendable {
    /// A step that failed and is tried again.
    public struct Failure: Hashable, Codable, Sendable {
        /// The resource that is not what it should be.
        public var key: ResourceKey
        /// Why.
        public var message: String

        /// A failure from its parts.
        public init(key: ResourceKey, message: String) {
            self.key = key
            self.message = message
        }
    }

    /// The entity tag of the configuration that the node compared itself with.
    public var configuration: String
    /// Whether the node's own setting lets it change anything.
    public var applies: Bool
    /// Resources that are still to be changed, and did not fail.
    public var toDo: Int
    /// Those of them that wait for a slot, or for a tag that has stopped.
    public var waiting: Int
    /// Steps that failed.
    public var failed: Int
    /// Resources that stay as they are, for a change of them, or of what they need, is not decided.
    public var held: Int
    /// Resources that node and tag changed, each in its own way.
    public var conflicted: Int
    /// Resources that stay as they are, for a change of them was rejected and is tolerated.
    public var drifted: Int
    /// The first of the steps that failed, at most ``APILimits/failuresShown``.
    public var failures: [Failure]

    /// A report from its parts.
    public init(
        configuration: String,
        applies: Bool,
        toDo: Int = 0,
        waiting: Int = 0,
        failed: Int = 0,
        held: Int = 0,
        conflicted: Int = 0,
        drifted: Int = 0,
        failures: [Failure] = []
    ) {
        self.configuration = configuration
        self.applies = applies
        self.toDo = toDo
        self.waiting = waiting
        self.failed = failed
        self.held = held
        self.conflicted = conflicted
        self.drifted = drifted
        self.failures = failures
    }

    /// Whether the node is what its tags say.
    public var isInSync: Bool { [toDo, failed, held, conflicted, drifted].allSatisfy { $0 == 0 } }
}

/// What a node reported last of its convergence.
public struct NodeConvergence: Hashable, Codable, Sendable {
    /// What it said.
    public var report: ConvergenceReport
    /// When.
    public var at: Timestamp
    /// Whether that is of what the node should be now; otherwise it has not compared itself with that yet.
    public var isCurrent: Bool

    /// What a node reported, from its parts.
    public init(report: ConvergenceReport, at: Timestamp, isCurrent: Bool) {
        self.report = report
        self.at = at
        self.isCurrent = isCurrent
    }
}
