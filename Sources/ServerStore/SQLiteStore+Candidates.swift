public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// How many machines may wait to be accepted.
    static let candidateLimit = 1000
    /// Seconds for which a machine waits that asks no more.
    static let candidatePatience = 30.0 * 86_400

    /// Notes that a machine asks to be a node; whether somebody has accepted its key.
    public func note(_ candidate: Candidate) async throws -> Bool {
        // Most ask again what was asked before: that writes nothing.
        let known = try await read { db in try CandidateRow.find(candidate.id, in: db) }
        if let known, known.candidate.isSame(as: candidate) { return known.acceptedBy != nil }
        return try await writer.perform { db in
            try CandidateRow.put(candidate, in: db)
            try CandidateRow.prune(
                olderThan: candidate.askedAt.adding(seconds: -Self.candidatePatience),
                keeping: Self.candidateLimit,
                in: db
            )
            return try CandidateRow.find(candidate.id, in: db)?.acceptedBy != nil
        }
    }

    /// Machines that wait to be accepted, the longest first.
    public func candidates() async throws -> [Candidate] {
        try await read { db in try CandidateRow.waiting(in: db).map(\.candidate) }
    }

    /// Accepts the key of a machine that waits.
    ///
    /// - Throws: `unknownNode` when no such machine waits; `conflict` when it asks with another key by now; `nameTaken`
    ///   when another node has its name; `invalidRequest` when it is known by another name.
    public func accept(
        _ id: NodeID,
        fingerprint: String,
        by principal: String,
        at: Timestamp
    ) async throws {
        try await writer.perform { db in
            let row = try Self.waiting(id, in: db)
            guard row.candidate.fingerprint == fingerprint else {
                throw APIError(
                    .conflict,
                    "it asks with the key \(row.candidate.fingerprint) by now, which is not the one that was shown; "
                        + "look at it again",
                    subject: row.candidate.name.text
                )
            }
            if let known = try NodeRow.find(id, in: db) {
                try Self.check(row.candidate.name, keptBy: known)
            } else {
                try Self.check(row.candidate.name, isFreeIn: db)
            }
            try db.execute(
                sql: "UPDATE candidates SET accepted_by = ? WHERE id = ?",
                arguments: [principal, id.text]
            )
            try Audit.note(
                .accept,
                row.candidate.name.text,
                detail: fingerprint,
                by: principal,
                at: at,
                in: db
            )
        }
    }

    /// Turns a machine away that waits to be accepted.
    ///
    /// - Throws: `unknownNode` when no such machine waits.
    public func dismiss(_ id: NodeID, by principal: String, at: Timestamp) async throws {
        try await writer.perform { db in
            let row = try Self.waiting(id, in: db)
            try CandidateRow.remove(id, in: db)
            let detail = row.candidate.fingerprint
            try Audit.note(.dismiss, row.candidate.name.text, detail: detail, by: principal, at: at, in: db)
        }
    }

    /// Adds a credential of a node, which has others that are good.
    ///
    /// - Throws: `unknownNode`.
    public func addCredential(_ credential: Credential, of node: NodeID, at: Timestamp) async throws {
        try await writer.perform { db in
            let row = try NodeRow.existing(node, in: db)
            try Token.add(credential, of: row.id, named: row.name, at: at, in: db)
            try Audit.note(
                .renew,
                row.name.text,
                detail: credential.fingerprint,
                by: row.name.text,
                at: at,
                in: db
            )
        }
    }

    /// Ends all credentials of a node, named by its name, id or an id's abbreviation; whether it had any.
    ///
    /// - Throws: `unknownNode`, `ambiguousID`.
    @discardableResult
    public func revokeNode(_ reference: String, by principal: String, at: Timestamp) async throws -> Bool {
        let node = try await self.node(reference)
        let hasRevoked = try await writer.perform { db in
            // Who was accepted and has not come for the certificate is not to get it any more.
            try CandidateRow.remove(node.id, in: db)
            try Token.revokeEnrolments(of: node.id, at: at, in: db)
            try Audit.note(.revokeNode, node.name.text, by: principal, at: at, in: db)
            return try Token.revokeAll(of: node.id, at: at, in: db)
        }
        if hasRevoked { try tokenCache.forgetAll() }
        return hasRevoked
    }

    private static func waiting(_ id: NodeID, in db: Database) throws -> CandidateRow {
        guard let row = try CandidateRow.find(id, in: db), row.acceptedBy == nil else {
            throw APIError(
                .unknownNode,
                "no machine of this id waits to be accepted; 'weft node waiting' lists those that do",
                subject: id.text
            )
        }
        return row
    }
}

extension Candidate {
    /// Whether both say the same, whenever they asked.
    fileprivate func isSame(as other: Candidate) -> Bool {
        var other = other
        (other.askedAt, other.isKnown) = (askedAt, isKnown)
        return self == other
    }
}
