public import FabricModel

/// A change that a reviewer asks this node to put back, and that is not put back yet.
public struct RollBack: Hashable, Sendable {
    /// What came of it.
    public enum Result: String, CaseIterable, Sendable {
        /// The resource is what it was before the change.
        case done
        /// The resource had changed once more, and stays as it is.
        case skipped
        /// It could not be put back; it is tried again.
        case failed
    }

    /// The decision that asks for it.
    public var decision: RecordedDecision
    /// The change, as the commit has it.
    public var change: Change
    /// Whether a later commit has a change of the resource that was not put back itself.
    public var isSuperseded: Bool
    /// Why it failed last; `nil` where it was not tried.
    public var failure: String?

    /// A roll-back from its parts.
    public init(
        decision: RecordedDecision,
        change: Change,
        isSuperseded: Bool = false,
        failure: String? = nil
    ) {
        self.decision = decision
        self.change = change
        self.isSuperseded = isSuperseded
        self.failure = failure
    }
}
