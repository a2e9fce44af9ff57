internal import FabricAPI
internal import FabricModel
internal import GRDB

/// A commit as it was stored.
struct StoredCommit: Sendable {
    var row: Int64
    var id: CommitID
    var nodeRow: Int64
    var node: NodeID
    var nodeName: NodeName
    var sequence: Int64
    var at: Timestamp
    var receivedAt: Timestamp
    var trigger: FeedbackCommit.Trigger
    var author: Actor
    var message: String
    var changes: [Change]

    /// The commit of that id; it never changes, so what was read before a transaction holds in it.
    ///
    /// - Throws: `unknownCommit`.
    static func existing(_ id: CommitID, in db: Database) throws -> StoredCommit {
        let statement = try db.cachedStatement(
            sql: """
                SELECT c.id, c.uuid, c.node, n.uuid, n.name, c.sequence, c.at, c.received_at, c.trigger, c.author,
                    c.message, c.changes
                FROM commits c JOIN nodes n ON n.id = c.node WHERE c.uuid = ?
                """
        )
        guard let row = try Row.fetchOne(statement, arguments: [id.text]) else { throw unknown(id) }
        return try StoredCommit(row)
    }

    static func unknown(_ id: CommitID) -> APIError {
        APIError(
            .unknownCommit,
            "no commit has this id; 'weft queue' shows those that wait",
            subject: id.text
        )
    }

    /// The change of that number, from 1.
    func change(_ number: Int) -> Change { changes[number - 1] }

    private init(_ row: Row) throws {
        self.row = row[0]
        id = CommitID(checked: row[1])
        nodeRow = row[2]
        node = NodeID(checked: row[3])
        nodeName = try NodeName(row[4])
        sequence = row[5]
        at = Timestamp(microseconds: row[6])
        receivedAt = Timestamp(microseconds: row[7])
        guard let trigger = FeedbackCommit.Trigger(rawValue: row[8]) else {
            throw StoreError(
                .damaged,
                id.text,
                "its trigger is none that is known; restore a copy of the database"
            )
        }
        self.trigger = trigger
        author = try storedValue(Actor.self, row[9])
        message = row[10]
        changes = try storedValue([Change].self, row[11])
    }
}
