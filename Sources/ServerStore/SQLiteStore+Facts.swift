internal import Compression
public import FabricAPI
public import FabricModel
internal import Foundation
internal import GRDB

extension SQLiteStore {
    /// How many nodes are read from one snapshot, so that none is held for long.
    private static let nodesPerRead = 100

    /// Keeps what a node found out about itself.
    ///
    /// With the digest of the last report it replaces that one; with another it begins a new row of the history.
    /// - Throws: `unknownNode`.
    public func report(_ report: FactReport, from node: NodeID, at: Timestamp) async throws {
        let (size, body) = try await onThread {
            let text = report.facts.canonicalJSON
            return (text.count, Data(Deflate.compress(text)))
        }
        try await writer.perform { db in
            let node = try NodeRow.row(node, in: db)
            let last = try Row.fetchOne(
                db.cachedStatement(
                    sql: "SELECT id, at, digest FROM facts WHERE node = ? ORDER BY at DESC LIMIT 1"
                ),
                arguments: [node]
            )
            if let last, last["digest"] == report.digest.text {
                try db.cachedStatement(sql: "UPDATE facts SET seen_at = ?, size = ?, facts = ? WHERE id = ?")
                    .execute(arguments: [at.microseconds, size, body, last["id"] as Int64])
                return
            }
            // A clock that was set back must not put the newest row before the last one.
            let begin = max(at.microseconds, (last?["at"] as Int64?).map { $0 + 1 } ?? .min)
            try db.cachedStatement(
                sql: "INSERT INTO facts (node, at, seen_at, digest, size, facts) VALUES (?, ?, ?, ?, ?, ?)"
            )
            .execute(arguments: [node, begin, at.microseconds, report.digest.text, size, body])
        }
    }

    /// What a node is, or was at a time.
    ///
    /// - Throws: `unknownNode`; `unknownFacts` where it has reported none by then.
    public func facts(of node: NodeID, at: Timestamp?) async throws -> NodeFacts {
        try await read { db in
            let node = try NodeRow.existing(node, in: db)
            let row = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT at, seen_at, digest, size, facts FROM facts WHERE node = ? AND at <= ?
                        ORDER BY at DESC LIMIT 1
                        """
                ),
                arguments: [node.row, at?.microseconds ?? .max]
            )
            guard let row else {
                let when = at.map { " by \($0.toSecond)" } ?? " yet"
                throw APIError(
                    .unknownFacts,
                    "this node has reported no facts\(when)",
                    subject: node.name.text
                )
            }
            return try Self.report(row, of: node.name)
        }
    }

    /// What the nodes that have reported facts are now, by name, from the one after a name on.
    public func facts(after name: NodeName?, limit: Int) async throws -> [NodeFacts] {
        try await read { db in
            let rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT n.name, f.at, f.seen_at, f.digest, f.size, f.facts FROM nodes n JOIN facts f ON f.node = n.id
                        AND f.at = (SELECT max(at) FROM facts WHERE node = n.id)
                        WHERE n.name > ? ORDER BY n.name LIMIT ?
                        """
                ),
                arguments: [name?.text ?? "", max(0, limit)]
            )
            return try rows.map { try Self.report($0, of: NodeName($0["name"])) }
        }
    }

    /// The nodes of whose facts a query is true now, by name, from the one after a name on.
    public func find(
        _ query: FactQuery,
        after name: NodeName?,
        limit: Int
    ) async throws -> [FactFindings.Node] {
        var found: [FactFindings.Node] = []
        var last = name?.text ?? ""
        while found.count < limit {
            let name = last
            let part = try await read { db in try Self.find(query, after: name, in: db) }
            found += part.found.prefix(limit - found.count)
            guard let end = part.end else { break }
            last = end
        }
        return found
    }

    private static func find(
        _ query: FactQuery,
        after name: String,
        in db: Database
    ) throws -> (found: [FactFindings.Node], end: String?) {
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT n.name, f.seen_at, f.size, f.facts FROM nodes n JOIN facts f ON f.node = n.id
                    AND f.at = (SELECT max(at) FROM facts WHERE node = n.id)
                    WHERE n.name > ? ORDER BY n.name LIMIT ?
                    """
            ),
            arguments: [name, nodesPerRead]
        )
        var found: [FactFindings.Node] = []
        var (count, end) = (0, name)
        while let row = try rows.next() {
            end = row["name"]
            count += 1
            guard let leaves = query.matches(in: try facts(row, of: end)) else { continue }
            found.append(
                FactFindings.Node(
                    node: try NodeName(end),
                    seenAt: Timestamp(microseconds: row["seen_at"]),
                    facts: leaves.prefix(APILimits.factsPerFinding)
                        .map { FactFindings.Fact(path: $0.path, value: $0.value) }
                )
            )
        }
        return (found, count == nodesPerRead ? end : nil)
    }

    private static func report(_ row: Row, of node: NodeName) throws -> NodeFacts {
        NodeFacts(
            node: node,
            at: Timestamp(microseconds: row["at"]),
            seenAt: Timestamp(microseconds: row["seen_at"]),
            digest: try ContentDigest(row["digest"]),
            facts: try facts(row, of: node.text)
        )
    }

    private static func facts(_ row: Row, of node: String) throws -> FactValue {
        do {
            let bytes: Data = row["facts"]
            return try FactValue(json: Deflate.decompress(Array(bytes), limit: row["size"]))
        } catch {
            throw StoreError(
                .damaged,
                node,
                "the facts of this node do not read back; restore a copy of the database",
                cause: error
            )
        }
    }
}
