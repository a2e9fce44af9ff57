public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Keeps how far a node is what its tags say, in place of what it reported before.
    ///
    /// - Throws: `unknownNode`.
    public func report(_ report: ConvergenceReport, from node: NodeID, at: Timestamp) async throws {
        let text = try storedText(report)
        try await writer.perform { db in
            let row = try NodeRow.row(node, in: db)
            try db.cachedStatement(sql: "REPLACE INTO convergence (node, at, report) VALUES (?, ?, ?)")
                .execute(arguments: [row, at.microseconds, text])
            try NodeStates.look(at: row, at, in: db)
        }
    }
}
