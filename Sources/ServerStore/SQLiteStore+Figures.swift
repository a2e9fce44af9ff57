internal import FabricAPI
internal import FabricModel
internal import Foundation
internal import GRDB

extension SQLiteStore {
    /// How much the store holds; where nodes stand is what the feed says of them.
    public func figures() async throws -> StoreFigures {
        try await read { [contacts, path = pool.path] db in
            var figures = StoreFigures()
            // The oldest commit has the lowest row.
            let queue = try Row.fetchOne(
                db,
                sql: """
                    SELECT count(*), coalesce(sum(undecided), 0),
                        (SELECT received_at FROM commits WHERE id = (SELECT min([commit]) FROM queue))
                    FROM queue
                    """
            )
            if let queue {
                figures.queuedCommits = queue[0]
                figures.undecidedChanges = queue[1]
                let oldest: Int64? = queue[2]
                figures.oldestQueued = oldest.map(Timestamp.init(microseconds:))
            }
            figures.commits = try Int.fetchOne(db, sql: "SELECT coalesce(max(id), 0) FROM commits") ?? 0
            for row in try Row.fetchAll(db, sql: "SELECT state, count(*) FROM node_states GROUP BY state") {
                guard let state = NodeState(rawValue: row[0]) else { continue }
                figures.nodes[state] = row[1]
            }
            for row in try Row.fetchAll(db, sql: "SELECT name, uuid, last_contact FROM nodes") {
                let stored: Int64? = row[2]
                figures.lastContacts[try NodeName(row[0])] = contacts.latest(
                    NodeID(checked: row[1]),
                    stored: stored.map(Timestamp.init(microseconds:))
                )
            }
            figures.failingWebhooks =
                try Int.fetchOne(
                    db,
                    sql: "SELECT count(*) FROM webhooks WHERE attempts >= ?",
                    arguments: [APILimits.webhookAttempts]
                ) ?? 0
            figures.size = try ["", "-wal"].reduce(0) { $0 + (try Self.size(of: path + $1)) }
            return figures
        }
    }

    private static func size(of file: String) throws -> Int64 {
        guard FileManager.default.fileExists(atPath: file) else { return 0 }
        let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? NSNumber
        return size?.int64Value ?? 0
    }
}
