public import FabricModel

/// Something that happened in the fabric, without contents.
public struct FabricEvent: Hashable, Codable, Sendable {
    /// What kind of thing happened; a newer server may know others.
    public struct Kind: RawRepresentable, Hashable, Codable, Sendable {
        /// The word on the wire.
        public var rawValue: String

        /// A kind by its word.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// A commit of a node came in.
        public static let commit = Kind(rawValue: "commit")
        /// Changes of a commit were approved.
        public static let approval = Kind(rawValue: "approval")
        /// Changes of a commit were rejected.
        public static let rejection = Kind(rawValue: "rejection")
        /// A tag got a revision.
        public static let revision = Kind(rawValue: "revision")
        /// A node stands elsewhere than before.
        public static let node = Kind(rawValue: "node")

        /// All that this version knows.
        public static let all: [Kind] = [.commit, .approval, .rejection, .revision, .node]
    }

    /// Where in the feed it is; opaque.
    public var cursor: String
    /// What happened.
    public var kind: Kind
    /// When the server stored it.
    public var at: Timestamp
    /// The node that it is of; `nil` for a revision.
    public var node: NodeName?
    /// The commit that came in, or was decided.
    public var commit: CommitID?
    /// The tag's new revision; of an approval, the one that it made.
    public var revision: RevisionReference?
    /// Who did it: of a commit as the node says, else the principal.
    public var author: String?
    /// What was said: a commit's or a revision's message, a rejection's reason.
    public var message: String?
    /// How many changes the commit has or were decided, or how many resources the revision set.
    public var changes: Int?
    /// What becomes of rejected changes.
    public var remedy: Rejection.Remedy?
    /// Where the node stands now.
    public var state: NodeState?

    /// An event from its parts.
    public init(
        cursor: String,
        kind: Kind,
        at: Timestamp,
        node: NodeName? = nil,
        commit: CommitID? = nil,
        revision: RevisionReference? = nil,
        author: String? = nil,
        message: String? = nil,
        changes: Int? = nil,
        remedy: Rejection.Remedy? = nil,
        state: NodeState? = nil
    ) {
        self.cursor = cursor
        self.kind = kind
        self.at = at
        self.node = node
        self.commit = commit
        self.revision = revision
        self.author = author
        self.message = message
        self.changes = changes
        self.remedy = remedy
        self.state = state
    }
}

/// `GET /v1/changes?after=CURSOR&limit=COUNT&wait=SECONDS`: what happened after a cursor, in an order that never changes.
///
/// Without `after` from the beginning; `after=now` gives no events, and the cursor to go on from. Where nothing has
/// happened since, the server waits up to `wait` seconds (at most ``APILimits/longestWait``). With
/// `Accept: text/event-stream` the answer goes on as server-sent events, whose ids are the cursors; `Last-Event-ID` then
/// comes before `after`.
public struct EventList: Codable, Sendable {
    /// The events, oldest first; at most ``APILimits/rowsPerPage``, without `limit` as many.
    public var events: [FabricEvent]
    /// What to ask `after` next time; `nil` only where nothing has happened at all.
    public var next: String?

    /// A list of events.
    public init(events: [FabricEvent], next: String?) {
        self.events = events
        self.next = next
    }
}
