public import FabricModel

/// A change as the journal holds it.
public struct RecordedChange: Hashable, Sendable {
    /// Counts the node's changes; grows, with gaps where a transaction failed.
    public var sequence: Int64
    /// What changed; a content that the journal had no room for is marked so.
    public var change: Change
    /// The login sessions that were open and could have had part in it.
    public var sessions: Set<String>
    /// Whether a package transaction was running when it was seen.
    public var isDuringTransaction: Bool

    /// A recorded change from its parts.
    public init(
        sequence: Int64,
        change: Change,
        sessions: Set<String> = [],
        isDuringTransaction: Bool = false
    ) {
        self.sequence = sequence
        self.change = change
        self.sessions = sessions
        self.isDuringTransaction = isDuringTransaction
    }
}

/// The last recorded state of a resource that is there.
public struct BaselineRecord: Hashable, Sendable {
    /// The state.
    public var state: ResourceState
    /// What lstat(2) said of a file then.
    public var fingerprint: FileFingerprint?

    /// A record from its parts.
    public init(state: ResourceState, fingerprint: FileFingerprint?) {
        self.state = state
        self.fingerprint = fingerprint
    }
}
