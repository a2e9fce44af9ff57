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
    /// The login sessions that could have had part in any of them.
    public var sessions: Set<String>

    /// A summary from its parts.
    public init(changes: Int = 0, first: Timestamp? = nil, last: Timestamp? = nil, sessions: Set<String> = [])
    {
        self.changes = changes
        self.first = first
        self.last = last
        self.sessions = sessions
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

    /// All open changes of resources of a kind, oldest first.
    public func openChanges(of kind: ResourceKind) throws(JournalError) -> [RecordedChange] {
        try read { db in
            var changes: [RecordedChange] = []
            try db.forEach(
                """
                SELECT sequence, kind, name, at, is_late, before, after, actor, sessions
                FROM change WHERE commit_number IS NULL AND kind = ? ORDER BY sequence
                """,
                .text(kind.rawValue)
            ) { changes.append(try $0.recordedChange()) }
            return changes
        }
    }

    /// Changes of resources of a kind that were closed without a commit, such as those that Weft made, oldest first.
    ///
    /// Only those with a greater sequence than `sequence`.
    public func settledChanges(
        of kind: ResourceKind,
        after sequence: Int64
    ) throws(JournalError) -> [RecordedChange] {
        try read { db in
            var changes: [RecordedChange] = []
            try db.forEach(
                """
                SELECT sequence, kind, name, at, is_late, before, after, actor, sessions
                FROM change WHERE commit_number = 0 AND kind = ? AND sequence > ? ORDER BY sequence
                """,
                .text(kind.rawValue),
                .integer(sequence)
            ) { changes.append(try $0.recordedChange()) }
            return changes
        }
    }

    /// The open changes of one resource, oldest first.
    public func openChanges(of key: ResourceKey) throws(JournalError) -> [RecordedChange] {
        try read { db in
            var changes: [RecordedChange] = []
            try db.forEach(
                """
                SELECT sequence, kind, name, at, is_late, before, after, actor, sessions
                FROM change WHERE commit_number IS NULL AND kind = ? AND name = ? ORDER BY sequence
                """,
                .text(key.kind.rawValue),
                .text(key.name)
            ) { changes.append(try $0.recordedChange()) }
            return changes
        }
    }

    /// All open changes of the next resources in the order of their keys: a piece that can be netted by itself.
    ///
    /// - Parameters:
    ///   - count: The most resources.
    ///   - key: The last key of the piece before; `nil` begins.
    /// - Returns: The changes by key, those of one resource oldest first; none when there are no more.
    /// - Throws: `damaged` and others.
    public func openChanges(
        ofResources count: Int,
        after key: ResourceKey? = nil
    ) throws(JournalError) -> [RecordedChange] {
        let from: [SQLValue] = [.text(key?.kind.rawValue ?? ""), .text(key?.name ?? "")]
        return try readSnapshot { db in
            var last: [SQLValue]?
            try db.forEach(
                """
                SELECT DISTINCT kind, name FROM change
                WHERE commit_number IS NULL AND (kind, name) > (?, ?) ORDER BY kind, name LIMIT ?
                """,
                from[0],
                from[1],
                .integer(Int64(count))
            ) { last = [.text($0.text(0)), .text($0.text(1))] }
            var changes: [RecordedChange] = []
            guard let last else { return changes }
            try db.forEach(
                """
                SELECT sequence, kind, name, at, is_late, before, after, actor, sessions FROM change
                WHERE commit_number IS NULL AND (kind, name) > (?, ?) AND (kind, name) <= (?, ?)
                ORDER BY kind, name, sequence
                """,
                from[0],
                from[1],
                last[0],
                last[1]
            ) { changes.append(try $0.recordedChange()) }
            return changes
        }
    }

    /// The resources that have open changes.
    public func openKeys() throws(JournalError) -> Set<ResourceKey> {
        try read { db in
            var keys: Set<ResourceKey> = []
            try db.forEach("SELECT DISTINCT kind, name FROM change WHERE commit_number IS NULL") { row in
                keys.insert(try ResourceKey(kind: row.text(0), name: row.text(1)))
            }
            return keys
        }
    }

    /// How many changes are open, since when, and who was logged in.
    public func openSummary() throws(JournalError) -> OpenSummary {
        try readSnapshot { db in
            var summary = OpenSummary()
            try db.forEach("SELECT count(*), min(at), max(at) FROM change WHERE commit_number IS NULL") {
                row in
                summary.changes = Int(row.integer(0))
                summary.first = row.optionalInteger(1).map(Timestamp.init(microseconds:))
                summary.last = row.optionalInteger(2).map(Timestamp.init(microseconds:))
            }
            try db.forEach("SELECT DISTINCT sessions FROM change WHERE commit_number IS NULL") { row in
                summary.sessions.formUnion(try ActorCoding.sessions(row.buffer(0)))
            }
            return summary
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
                isLate: integer(4) & 1 != 0
            ),
            sessions: try ActorCoding.sessions(buffer(8)),
            isDuringTransaction: integer(4) & 2 != 0
        )
    }

    /// A state; NULL is absent.
    func state(_ column: Int32) throws -> ResourceState {
        isNull(column) ? .absent : try StateCoding.decode(buffer(column))
    }
}
