internal import FabricAPI
internal import FabricModel
internal import GRDB

/// The rows of `candidates`: machines that ask to be nodes.
struct CandidateRow {
    let candidate: Candidate
    /// Who accepted it; `nil` while it waits.
    let acceptedBy: String?

    static func find(_ id: NodeID, in db: Database) throws -> CandidateRow? {
        try Row.fetchOne(db, sql: select + "WHERE id = ?", arguments: [id.text]).map(CandidateRow.init)
    }

    static func waiting(in db: Database) throws -> [CandidateRow] {
        try Row.fetchAll(db, sql: select + "WHERE accepted_by IS NULL ORDER BY asked_at, id")
            .map(CandidateRow.init)
    }

    /// All, those that were accepted too.
    static func all(in db: Database) throws -> [CandidateRow] {
        try Row.fetchAll(db, sql: select).map(CandidateRow.init)
    }

    /// Adds the row as it is.
    func insert(in db: Database) throws {
        try Self.put(candidate, in: db)
        try db.execute(
            sql: "UPDATE candidates SET accepted_by = ? WHERE id = ?",
            arguments: [acceptedBy, candidate.id.text]
        )
    }

    /// Keeps a machine that asks; the time of its first question stays, unless it asks with another key.
    static func put(_ candidate: Candidate, in db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO candidates
                    (id, name, machine_id, operating_system, fingerprint, address, asked_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                    asked_at = iif(fingerprint = excluded.fingerprint, asked_at, excluded.asked_at),
                    accepted_by = iif(fingerprint = excluded.fingerprint, accepted_by, NULL),
                    name = excluded.name, machine_id = excluded.machine_id,
                    operating_system = excluded.operating_system, fingerprint = excluded.fingerprint,
                    address = excluded.address
                """,
            arguments: [
                candidate.id.text, candidate.name.text, candidate.machineID, candidate.operatingSystem,
                candidate.fingerprint, candidate.address, candidate.askedAt.microseconds,
            ]
        )
    }

    static func remove(_ id: NodeID, in db: Database) throws {
        try db.execute(sql: "DELETE FROM candidates WHERE id = ?", arguments: [id.text])
    }

    /// Forgets those who asked long ago and the oldest beyond a number: everybody on the network may ask.
    static func prune(olderThan limit: Timestamp, keeping count: Int, in db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM candidates WHERE accepted_by IS NULL AND (asked_at < ? OR id IN (
                    SELECT id FROM candidates WHERE accepted_by IS NULL
                    ORDER BY asked_at DESC, id LIMIT -1 OFFSET ?))
                """,
            arguments: [limit.microseconds, count]
        )
    }

    private static let select = """
        SELECT id, name, machine_id, operating_system, fingerprint, address, asked_at, accepted_by,
            EXISTS (SELECT 1 FROM nodes WHERE uuid = candidates.id) FROM candidates 
        """

    private init(_ row: Row) throws {
        candidate = Candidate(
            id: NodeID(checked: row[0]),
            name: try NodeName(row[1]),
            machineID: row[2],
            operatingSystem: row[3],
            fingerprint: row[4],
            address: row[5],
            askedAt: Timestamp(microseconds: row[6]),
            isKnown: row[8]
        )
        acceptedBy = row[7]
    }
}
