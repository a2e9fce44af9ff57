internal import FabricAPI
internal import FabricModel
internal import GRDB

/// The rows of `events`: what happened, written in the transaction in which it did, so in the order of the one writer.
enum EventRow {
    static func note(commit: Int64, of node: Int64, at: Timestamp, in db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT INTO events (at, kind, node, [commit]) VALUES (?, 'commit', ?, ?)"
        )
        .execute(arguments: [at.microseconds, node, commit])
    }

    static func note(
        revision: Int64,
        of tag: Int64,
        _ count: Int,
        at: Timestamp,
        in db: Database
    ) throws {
        try db.cachedStatement(
            sql: "INSERT INTO events (at, kind, tag, revision, count) VALUES (?, 'revision', ?, ?, ?)"
        )
        .execute(arguments: [at.microseconds, tag, revision, count])
    }

    /// Notes that changes of a commit were decided.
    static func note(
        _ verdict: DecisionRow.Verdict,
        on count: Int,
        of commit: StoredCommit,
        revision: RevisionReference?,
        in db: Database
    ) throws {
        let isApproval = verdict.outcome == .approved
        let kind = isApproval ? FabricEvent.Kind.approval : .rejection
        try db.cachedStatement(
            sql: """
                INSERT INTO events (at, kind, node, [commit], tag, revision, count, principal, reason, outcome)
                VALUES (?, ?, ?, ?, (SELECT id FROM tags WHERE name = ?), ?, ?, ?, ?, ?)
                """
        )
        .execute(arguments: [
            verdict.at.microseconds, kind.rawValue, commit.nodeRow, commit.row, revision?.tag.text,
            revision?.number, count, verdict.by, verdict.reason,
            isApproval ? nil : verdict.outcome.rawValue,
        ])
    }

    static func note(_ state: NodeState, of node: Int64, at: Timestamp, in db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO events (at, kind, node, outcome) VALUES (?, 'node', ?, ?)")
            .execute(arguments: [at.microseconds, node, state.rawValue])
    }

    /// Events above an id, oldest first.
    static func page(after id: Int64, limit: Int, in db: Database) throws -> [FabricEvent] {
        let statement = try db.cachedStatement(sql: pageSQL)
        return try Row.fetchAll(statement, arguments: [id, max(0, limit)]).map(event)
    }

    static let pageSQL = """
        SELECT e.id, e.at, e.kind, n.name, c.uuid, t.name, e.revision, c.author, r.author, e.principal,
            c.message, r.message, e.reason, c.change_count, e.count, e.outcome
        FROM events e LEFT JOIN nodes n ON n.id = e.node LEFT JOIN commits c ON c.id = e.[commit]
        LEFT JOIN tags t ON t.id = e.tag LEFT JOIN revisions r ON r.tag = e.tag AND r.number = e.revision
        WHERE e.id > ? ORDER BY e.id LIMIT ?
        """

    private static func event(_ row: Row) throws -> FabricEvent {
        let (node, commit, tag, number): (String?, String?, String?, Int64?) = (
            row[3], row[4], row[5], row[6]
        )
        let at = Timestamp(microseconds: row[1])
        var event = FabricEvent(
            cursor: EventCursor(id: row[0], at: at).text,
            kind: FabricEvent.Kind(rawValue: row[2]),
            at: at,
            node: try node.map { try NodeName($0) },
            commit: commit.map(CommitID.init(checked:))
        )
        if let tag, let number { event.revision = RevisionReference(tag: try TagName(tag), number: number) }
        switch event.kind {
        case .commit:
            event.author = try storedValue(Actor.self, row[7]).name
            event.message = row[10]
            event.changes = row[13]
        case .revision:
            event.author = row[8]
            event.message = row[11]
            event.changes = row[14]
        case .approval, .rejection:
            event.author = row[9]
            event.message = row[12]
            event.changes = row[14]
            if let outcome: String = row[15] {
                event.remedy = outcome == Decision.Outcome.rolledBack.rawValue ? .rollBack : .tolerate
            }
        default: event.state = NodeState(rawValue: row[15])
        }
        return event
    }
}

/// Where in the feed an event is.
///
/// It has the event's moment besides its number: the numbers go on from an earlier one after a restore, and whoever has
/// seen what came then is not to take other events for those.
struct EventCursor: Hashable {
    var id: Int64
    var at: Timestamp

    init(id: Int64, at: Timestamp) {
        self.id = id
        self.at = at
    }

    /// Reads a cursor.
    ///
    /// - Throws: `invalidRequest`.
    init(_ text: String) throws(APIError) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = Int64(parts[0], radix: 36), let at = Int64(parts[1], radix: 36),
            id > 0
        else {
            throw APIError(
                .invalidRequest,
                "a cursor is taken from an answer of the feed as it is",
                subject: EscapedText.escape(text.utf8)
            )
        }
        self.init(id: id, at: Timestamp(microseconds: at))
    }

    var text: String { String(id, radix: 36) + "-" + String(at.microseconds, radix: 36) }

    /// The number of the event.
    ///
    /// - Throws: `unknownCursor` where the feed has no such event, or another one in its place.
    func check(in db: Database) throws -> Int64 {
        let statement = try db.cachedStatement(sql: "SELECT at FROM events WHERE id = ?")
        guard try Int64.fetchOne(statement, arguments: [id]) == at.microseconds else {
            throw APIError(
                .unknownCursor,
                "the feed has no such event, as after a restore of the server; begin again without a cursor",
                subject: text
            )
        }
        return id
    }
}
