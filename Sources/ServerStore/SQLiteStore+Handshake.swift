public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Compares what a node knows of this store with what the store has.
    ///
    /// - Throws: `unknownNode`.
    public func handshake(_ handshake: Handshake, from node: NodeID) async throws -> HandshakeAnswer {
        try await read { db in
            let node = try NodeRow.existing(node, in: db)
            let life = try StoreLife.current(in: db)
            return HandshakeAnswer(
                store: try StoreLife.store(in: db),
                life: life.id,
                restoredAt: life.copiedAt == nil ? nil : life.at,
                lastSequence: try Self.lastSequence(of: node, in: db),
                gaps: try Self.gaps(of: node, in: db),
                lastDecision: try StoreLife.commonDecision(of: node, knowing: handshake.life, in: db),
                unknown: try handshake.tags.filter { try !Self.has($0, in: db) }.map(\.tag)
            )
        }
    }

    private static func lastSequence(of node: NodeRow, in db: Database) throws -> Int64 {
        let statement = try db.cachedStatement(sql: "SELECT max(sequence) FROM commits WHERE node = ?")
        return try Int64.fetchOne(statement, arguments: [node.row]) ?? 0
    }

    private static func gaps(of node: NodeRow, in db: Database) throws -> [HandshakeAnswer.Gap] {
        let limit = APILimits.gapsPerHandshake
        var gaps =
            try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT before + 1, sequence - 1 FROM (
                            SELECT sequence, lag(sequence, 1, 0) OVER (ORDER BY sequence) AS before
                            FROM commits WHERE node = ?)
                        WHERE sequence > before + 1 ORDER BY sequence LIMIT ?
                        """
                ),
                arguments: [node.row, limit + 1]
            )
            .map { HandshakeAnswer.Gap(from: $0[0], through: $0[1]) }
        if gaps.count > limit {
            gaps.removeLast()
            gaps[limit - 1].through = try lastSequence(of: node, in: db)
        }
        return gaps
    }

    private static func has(_ head: TagHead, in db: Database) throws -> Bool {
        guard head.revision > 0 else { return true }
        let statement = try db.cachedStatement(
            sql:
                "SELECT r.digest FROM tags t JOIN revisions r ON r.tag = t.id WHERE t.name = ? AND r.number = ?"
        )
        let digest = try String.fetchOne(statement, arguments: [head.tag.text, head.revision])
        return digest != nil && digest == head.digest?.text
    }
}
