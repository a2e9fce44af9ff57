public import FabricModel
import GRDB

/// What is open, in numbers.
public struct OpenSummary: Hashable, Sendable {
    /// Changes in no commit, each time a resource changed counted.
    public var changes: Int
    /// When the first of them was seen.
    public var first: Timestamp?
    /// When the last of them was seen.
    public var last: Timestamp?

    /// A summary from its parts.
    public init(changes: Int, first: Timestamp?, last: Timestamp?) {
        self.changes = changes
        self.first = first
        self.last = last
    }
}

extension Journal {
    /// Changes that are in no commit yet, oldest first.
    ///
    /// A large batch is read in pieces: `after` is the last sequence of the piece before.
    public func openChanges(
        after sequence: Int64 = 0,
        limit: Int = .max
    ) throws(JournalError) -> [RecordedChange] {
        try read { db in
            var changes: [RecordedChange] = []
            try db.forEach(
                """
                SELECT sequence, kind, name, at, is_late, before, after, actor, sessions
                FROM change WHERE commit_number IS NULL AND sequence > ? ORDER BY sequence LIMIT ?
                """,
                .integer(sequence),
                .integer(Int64(limit))
            ) { row in
                changes.append(try row.recordedChange())
            }
            return changes
        }
    }

    /// How many changes are open, and since when.
    public func openSummary() throws(JournalError) -> OpenSummary {
        try read { db in
            let summary = try db.first(
                "SELECT count(*), min(at), max(at) FROM change WHERE commit_number IS NULL"
            ) {
                row in
                OpenSummary(
                    changes: Int(row.integer(0)),
                    first: row.optionalInteger(1).map(Timestamp.init(microseconds:)),
                    last: row.optionalInteger(2).map(Timestamp.init(microseconds:))
                )
            }
            return summary ?? OpenSummary(changes: 0, first: nil, last: nil)
        }
    }

    /// Closes open changes without a commit: they came to nothing, or were put back.
    ///
    /// - Throws: `notOpen`; then none is closed.
    public func settle(_ sequences: [Int64]) throws(JournalError) {
        try transaction { db, _ in try db.mark(sequences, with: 0) }
    }

    /// The sequence of the newest change; 0 before the first.
    public func lastSequence() throws(JournalError) -> Int64 {
        try read { db in
            try db.first("SELECT seq FROM sqlite_sequence WHERE name = 'change'") { $0.integer(0) } ?? 0
        }
    }
}

extension Database {
    /// Takes open changes out of the open ones: into commit `number`, or settled with 0.
    func mark(_ sequences: [Int64], with number: Int64) throws {
        for sequence in sequences {
            try run(
                "UPDATE change SET commit_number = ? WHERE sequence = ? AND commit_number IS NULL",
                .integer(number),
                .integer(sequence)
            )
            guard changesCount == 1 else {
                throw JournalError(
                    .notOpen,
                    "the change is in a commit already, or there is none",
                    subject: "\(sequence)"
                )
            }
        }
    }
}

extension SQLRow {
    /// The change in nine columns: sequence, kind, name, at, is_late, before, after, actor, sessions.
    func recordedChange() throws -> RecordedChange {
        RecordedChange(
            sequence: integer(0),
            change: Change(
                key: try ResourceKey(kind: text(1), name: text(2)),
                before: try state(5),
                after: try state(6),
                at: Timestamp(microseconds: integer(3)),
                actor: try ActorCoding.decode(buffer(7)),
                isLate: integer(4) != 0
            ),
            sessions: try ActorCoding.sessions(buffer(8))
        )
    }

    /// A state; NULL is absent.
    func state(_ column: Int32) throws -> ResourceState {
        isNull(column) ? .absent : try StateCoding.decode(buffer(column))
    }
}
