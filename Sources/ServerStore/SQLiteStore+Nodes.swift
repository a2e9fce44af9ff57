public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Makes a node known, with an empty own tag, by the leave of a token, which that uses up, or of somebody.
    ///
    /// - Throws: `unauthenticated`, `tokenUsed`, `forbidden` for a token of another node; `alreadyRegistered`;
    ///   `nameTaken` when another id has the name; `invalidRequest` when the id is known by another name.
    public func register(
        _ node: RegisterNode,
        _ credential: Credential,
        by admission: Admission,
        at: Timestamp
    ) async throws {
        let hasRevoked = try await writer.perform { db in
            let known = try NodeRow.find(node.id, in: db)
            let (leave, author) = try Self.admit(
                node,
                credential,
                by: admission,
                known: known,
                at: at,
                in: db
            )
            if let known {
                try Self.update(known, to: node, in: db)
            } else {
                try Self.insert(node, at: at, in: db)
            }
            // Who registers again has lost its credentials: whoever has them is somebody else. Those of a repetition
            // stay, for the answers to both may come.
            let hasRevoked = try leave == .again && Token.revokeAll(of: node.id, at: at, in: db)
            try Token.add(credential, of: node.id, named: node.name, at: at, in: db)
            try CandidateRow.remove(node.id, in: db)
            let detail = "\(node.id) \(credential.fingerprint)"
            try Audit.note(.register, node.name.text, detail: detail, by: author, at: at, in: db)
            return hasRevoked
        }
        if hasRevoked { try tokenCache.forgetAll() }
    }

    /// By whose leave a node registers, and how.
    private static func admit(
        _ node: RegisterNode,
        _ credential: Credential,
        by admission: Admission,
        known: NodeRow?,
        at: Timestamp,
        in db: Database
    ) throws -> (Token.Entitlement, author: String) {
        switch admission {
        case .token(let digest):
            guard let token = try Token.find(digest, in: db), token.isGood(at: at) else {
                throw APIError(.unauthenticated, "the enrolment token is not known, has ended or was revoked")
            }
            let leave = try token.admit(node.id, known: known, at: at, in: db)
            if leave != .repeated { try token.use(by: node.id, at: at, in: db) }
            return (leave, token.name)
        case .accepted:
            guard let row = try CandidateRow.find(node.id, in: db), let author = row.acceptedBy,
                row.candidate.fingerprint == credential.fingerprint
            else {
                throw APIError(.unauthenticated, "nobody has accepted this key", subject: node.name.text)
            }
            return (known == nil ? .new : .again, author)
        }
    }

    private static func update(_ known: NodeRow, to node: RegisterNode, in db: Database) throws {
        try check(node.name, keptBy: known)
        try db.execute(
            sql: "UPDATE nodes SET machine_id = ?, operating_system = ? WHERE id = ?",
            arguments: [node.machineID, node.operatingSystem, known.row]
        )
    }

    /// Refuses another name for a node that is known.
    ///
    /// - Throws: `invalidRequest`.
    static func check(_ name: NodeName, keptBy known: NodeRow) throws(APIError) {
        guard known.name != name else { return }
        throw APIError(
            .invalidRequest,
            "this node is registered as \(known.name), and a node keeps its name; register it by that",
            subject: name.text
        )
    }

    /// Refuses the name of another node.
    ///
    /// - Throws: `nameTaken`.
    static func check(_ name: NodeName, isFreeIn db: Database) throws {
        guard let other = try NodeRow.named(name.text, in: db) else { return }
        throw APIError(
            .nameTaken,
            "node \(other.id) has this name; choose another one, or use that node's state folder",
            subject: name.text
        )
    }

    private static func insert(_ node: RegisterNode, at: Timestamp, in db: Database) throws {
        try check(node.name, isFreeIn: db)
        try db.execute(
            sql: """
                INSERT INTO nodes (uuid, name, machine_id, operating_system, registered_at) VALUES (?, ?, ?, ?, ?)
                """,
            arguments: [node.id.text, node.name.text, node.machineID, node.operatingSystem, at.microseconds]
        )
        let row = db.lastInsertedRowID
        let tag = try TagRow.insert(TagName(ownTagOf: node.name), in: db)
        try db.execute(
            sql: "INSERT INTO layers (node, position, tag) VALUES (?, 0, ?)",
            arguments: [row, tag]
        )
        try NodeStates.look(at: row, at, in: db)
        try Generation.advance(db)
    }

    /// Nodes by name, from the one after a name on.
    public func nodes(after name: NodeName?, limit: Int) async throws -> [NodeSummary] {
        try await read { [contacts] db in
            try NodeSummaries.page(after: name, limit: limit, contacts, in: db)
        }
    }

    /// A node by name, id or an id's abbreviation.
    ///
    /// - Throws: `unknownNode`, `ambiguousID`.
    public func node(_ reference: String) async throws -> NodeSummary {
        try await read { [contacts] db in
            let row =
                try NodeRow.named(reference, in: db)?.row ?? NodeSummaries.row(abbreviated: reference, in: db)
            guard let row, let summary = try NodeSummaries.one(row, contacts, in: db) else {
                throw NodeRow.unknown(reference)
            }
            return summary
        }
    }

    /// Notes that a node was heard of; kept in memory and written within about a minute.
    public func touch(_ node: NodeID, at: Timestamp) async throws {
        if contacts.note(node, at: at) { contacts.flush(through: writer) }
    }

    /// Replaces the ordered list of included shared tags.
    ///
    /// - Throws: `unknownNode`; `unknownTag` for a tag that does not exist or is not shared; `invalidRequest` for a
    ///   tag that is listed twice.
    public func include(_ tags: [TagName], in node: NodeID, by principal: String, at: Timestamp) async throws
    {
        try await writer.perform { db in
            let node = try NodeRow.existing(node, in: db)
            var rows: [Int64] = []
            for name in tags {
                guard name.isShared else {
                    throw APIError(
                        .unknownTag,
                        "it is a node's own tag; only shared ones are included",
                        subject: name.text
                    )
                }
                let tag = try TagRow.existing(name, in: db)
                guard !rows.contains(tag.row) else {
                    throw APIError(
                        .invalidRequest,
                        "the tag is listed twice; list it once",
                        subject: name.text
                    )
                }
                rows.append(tag.row)
            }
            let current = try Int64.fetchAll(
                db.cachedStatement(
                    sql: "SELECT tag FROM layers WHERE node = ? AND position > 0 ORDER BY position"
                ),
                arguments: [node.row]
            )
            guard rows != current else { return }
            try db.execute(sql: "DELETE FROM layers WHERE node = ? AND position > 0", arguments: [node.row])
            for (index, row) in rows.enumerated() {
                try db.execute(
                    sql: "INSERT INTO layers (node, position, tag) VALUES (?, ?, ?)",
                    arguments: [node.row, index + 1, row]
                )
            }
            try SlotRow.forgetOthers(of: node.row, in: db)
            try Inclusions.note(tags, of: node.row, at: at, in: db)
            let list = tags.map(\.text).joined(separator: " ")
            try Audit.note(.include, node.name.text, detail: list, by: principal, at: at, in: db)
            try NodeStates.look(at: node.row, at, in: db)
            try Generation.advance(db)
        }
    }
}
