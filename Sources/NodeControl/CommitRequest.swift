public import FabricModel

/// What `Commit` is to put into feedback commits.
public struct CommitRequest: Hashable, Sendable {
    /// The longest message; one of white space alone is none.
    ///
    /// *Units*: bytes of UTF-8.
    public static let longestMessage = 16 << 10

    /// Why it was done; without one the daemon writes it from the changes.
    public var message: String?
    /// Only changes of these; empty for all that are open.
    public var selection: [ResourceSelection]

    /// A request from its parts.
    public init(message: String? = nil, selection: [ResourceSelection] = []) {
        self.message = message
        self.selection = selection
    }
}

/// A feedback commit that `Commit` made.
public struct MadeCommit: Hashable, Codable, Sendable {
    /// The commit's identity.
    public var id: CommitID
    /// How many changes it holds.
    public var changes: Int
    /// Its message, as given or written by the daemon.
    public var message: String

    /// A made commit from its parts.
    public init(id: CommitID, changes: Int, message: String) {
        self.id = id
        self.changes = changes
        self.message = message
    }
}

/// What `Discard` is to put back.
public struct DiscardRequest: Hashable, Sendable {
    /// The resource.
    public var key: ResourceKey
    /// The state that is to go, as someone saw it: any other is not touched; `nil` takes what was recorded last.
    public var expected: ResourceState?

    /// A request from its parts.
    public init(key: ResourceKey, expected: ResourceState? = nil) {
        self.key = key
        self.expected = expected
    }
}

/// What `Discard` did.
public struct DiscardResult: Hashable, Codable, Sendable {
    /// The resource that was put back.
    public var key: ResourceKey
    /// What it was until then.
    public var discarded: ResourceState
    /// What it is now: the state of the last commit or the baseline.
    public var restored: ResourceState

    /// A result from its parts.
    public init(key: ResourceKey, discarded: ResourceState, restored: ResourceState) {
        self.key = key
        self.discarded = discarded
        self.restored = restored
    }
}
