public import FabricModel

/// A feedback commit as a node sent it, with the JSON text of its changes.
///
/// Writing five changes as JSON takes several times as long as inserting the row, and the text has just come in: a
/// store that keeps JSON can take it as it is.
public struct ReceivedCommit: Sendable {
    /// The commit.
    public var commit: FeedbackCommit
    /// The JSON text of the commit's changes, known to decode to them and to hold nothing else; `nil` when it is not at
    /// hand.
    public var changesText: String?

    /// A commit and the text of its changes.
    public init(_ commit: FeedbackCommit, changesText: String? = nil) {
        self.commit = commit
        self.changesText = changesText
    }
}

extension Store {
    /// Stores commits of one node; a store that keeps no JSON has no use for the texts.
    public func add(
        _ commits: [ReceivedCommit],
        from node: NodeID,
        at time: Timestamp
    ) async throws -> [CommitID] {
        try await add(commits.map(\.commit), from: node, at: time)
    }
}
