/// A batch of changes that belong together, as a node sends it for review.
public struct FeedbackCommit: Hashable, Codable, Sendable {
    /// What ended the batch.
    public enum Trigger: String, Codable, CaseIterable, Sendable {
        /// `weft commit`.
        case manual
        /// The last login session that took part ended.
        case logout
        /// Nothing more happened for a while.
        case quiet
        /// The batch had been open for as long as a batch may be.
        case deadline
    }

    /// Made on the node; the same for every attempt to send it.
    public var id: CommitID
    /// The node that made it.
    public var node: NodeID
    /// Counts the node's commits from 1, without gaps.
    public var sequence: Int64
    /// Who did most of it, or all.
    public var author: Actor
    /// Why it was done: what the admin said, or what ``CommitMessage`` made of the changes.
    public var message: String
    /// When the node made it.
    public var at: Timestamp
    /// What ended the batch.
    public var trigger: Trigger
    /// Net changes, one per resource, ordered by key.
    public var changes: [Change]

    /// A commit from its parts.
    public init(
        id: CommitID,
        node: NodeID,
        sequence: Int64,
        author: Actor,
        message: String,
        at: Timestamp,
        trigger: Trigger,
        changes: [Change]
    ) {
        self.id = id
        self.node = node
        self.sequence = sequence
        self.author = author
        self.message = message
        self.at = at
        self.trigger = trigger
        self.changes = changes
    }

    /// The contents that a server must hold before it can accept the commit.
    public var contentDigests: Set<ContentDigest> {
        Set(changes.flatMap { [$0.before.keptDigest, $0.after.keptDigest].compactMap(\.self) })
    }
}
