public import FabricModel

/// A write to the server, or one that was refused.
public struct AuditEntry: Hashable, Codable, Sendable {
    /// Counts up; a gap is a refusal that gave way to newer ones.
    public var id: Int64
    /// When it was asked for.
    public var at: Timestamp
    /// Who asked: a token's name, or a node's; `nil` where nobody could tell.
    public var principal: String?
    /// The address that the request came from; `nil` for what was done on the server's own machine.
    public var address: String?
    /// What was asked for, such as `approve`.
    public var action: String
    /// What it was about: a tag, a node, a commit, a revision; empty where that was not told.
    public var subject: String
    /// What came of it, or why it was refused.
    public var detail: String?
    /// ``done``, or the code of the refusal.
    public var outcome: String
    /// Refusals before this one that were not written down, for there were too many.
    public var omitted: Int?

    /// The outcome of what was not refused.
    public static let done = "done"

    /// An entry from its parts.
    public init(
        id: Int64,
        at: Timestamp,
        principal: String?,
        address: String?,
        action: String,
        subject: String,
        detail: String? = nil,
        outcome: String = AuditEntry.done,
        omitted: Int? = nil
    ) {
        self.id = id
        self.at = at
        self.principal = principal
        self.address = address
        self.action = action
        self.subject = subject
        self.detail = detail
        self.outcome = outcome
        self.omitted = omitted
    }
}

/// Which entries of the audit log are asked for; what is `nil` leaves none out.
public struct AuditFilter: Hashable, Sendable {
    /// Who asked.
    public var principal: String?
    /// What was asked for.
    public var action: String?
    /// What it was about.
    public var subject: String?
    /// Not older than this.
    public var since: Timestamp?

    /// A filter from its parts.
    public init(
        principal: String? = nil,
        action: String? = nil,
        subject: String? = nil,
        since: Timestamp? = nil
    ) {
        self.principal = principal
        self.action = action
        self.subject = subject
        self.since = since
    }
}

/// `GET /v1/audit?principal=NAME&action=ACTION&subject=TEXT&since=TIME&before=ID&limit=COUNT`: the audit log.
///
/// At most ``APILimits/rowsPerPage``, without `limit` as many.
public struct AuditList: Codable, Sendable {
    /// Newest first.
    public var entries: [AuditEntry]
    /// Where there are more: the page `before` this id has them.
    public var next: Int64?

    /// A list of entries.
    public init(entries: [AuditEntry], next: Int64? = nil) {
        self.entries = entries
        self.next = next
    }
}
