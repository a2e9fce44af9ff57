public import FabricModel
import GRDB

extension Journal {
    /// Contents that are not kept any more.
    public func redactions() throws(JournalError) -> Set<ContentDigest> {
        try read { db in
            var digests: Set<ContentDigest> = []
            try db.forEach("SELECT digest FROM redaction WHERE is_overwritten") { row in
                if let digest = ContentDigest(.sha256, rawBytes: row.buffer(0)) { digests.insert(digest) }
            }
            return digests
        }
    }

    /// Files that had such a content, which are secret since.
    public func redactedFiles() throws(JournalError) -> Set<ResourceKey> {
        try read { db in
            var keys: Set<ResourceKey> = []
            try db.forEach("SELECT name FROM redacted_file") {
                keys.insert(ResourceKey(.file, checked: $0.text(0)))
            }
            return keys
        }
    }

    /// Adds a file that is secret from now on, durable on return.
    public func keepSecret(_ key: ResourceKey) throws(JournalError) {
        try transaction { db, _ in try db.insertRedactedFile(key.name) }
    }

    /// Removes a content that should never have been kept; ``overwriteRedactions()`` is to follow.
    ///
    /// What was recorded with it says from then on that it is secret, with the digest that an observation of a secret has,
    /// so that nothing looks changed; commits that the server has not acknowledged stay as they are, for it may have them.
    ///
    /// - Parameters:
    ///   - digest: Names the content; it is not kept again.
    ///   - time: When it is removed.
    ///   - keyed: The digest that stands for a secret content.
    /// - Returns: The files that had it.
    /// - Throws: `diskFull` and others of the journal; to be tried again.
    @discardableResult
    public func redact(
        _ digest: ContentDigest,
        at time: Timestamp,
        keyed: ([UInt8]) -> ContentDigest
    ) throws(JournalError) -> Set<ResourceKey> {
        let bytes = try contentUnlessDamaged(digest)
        let redaction = RedactedState(
            digest: digest,
            content: bytes.map {
                FileContent(digest: keyed($0), size: UInt64($0.count), withheld: .redacted)
            }
        )
        try write { db, _ in try db.forEach("PRAGMA secure_delete = ON") { _ in } }
        return try transaction { db, store in
            let id = try store.remove(digest, in: db)
            let names = try db.redact(redaction, content: id)
            for name in names { try db.insertRedactedFile(name) }
            try db.run(
                "INSERT OR IGNORE INTO redaction VALUES (?, ?, 0)",
                .bytes(digest.rawBytes),
                .integer(time.microseconds)
            )
            store.redacted.insert(digest.rawBytes)
            return Set(names.map { ResourceKey(.file, checked: $0) })
        }
    }

    /// Leaves no byte of what was redacted in the journal's files, which takes a while where they are large.
    ///
    /// - Throws: `busy` where older copies of pages could not be overwritten yet, and others; to be tried again.
    public func overwriteRedactions() throws(JournalError) {
        try write { db, store in
            try db.run("VACUUM")
            let isBusy = try db.first("PRAGMA wal_checkpoint(TRUNCATE)") { $0.integer(0) != 0 } ?? true
            guard !isBusy else {
                throw JournalError(
                    .busy,
                    "is being read, so that older copies of a redacted content may be left; it is tried again",
                    path: folder
                )
            }
            try db.forEach("PRAGMA secure_delete = OFF") { _ in }
            try db.run("UPDATE redaction SET is_overwritten = 1")
            try store.measure(db)
        }
    }

    /// What is redacted is not kept again, also by a daemon that was started since.
    func loadRedactions() throws(JournalError) {
        try write { db, store in
            try db.forEach("SELECT digest FROM redaction") { store.redacted.insert(Array($0.buffer(0))) }
        }
    }

    // A content that does not read back is removed all the same.
    private func contentUnlessDamaged(_ digest: ContentDigest) throws(JournalError) -> [UInt8]? {
        do {
            return try content(digest)
        } catch {
            guard error.code == .damaged else { throw error }
            return nil
        }
    }
}

/// A state with a content that is redacted.
private struct RedactedState {
    let digest: ContentDigest
    /// What stands in place of the content; `nil` where its bytes were not kept, so that nothing can.
    let content: FileContent?

    /// The stored form of a state without the content; `nil` where it is another's, or has to stay.
    func replacing(_ encoded: [UInt8]) throws -> [UInt8]? {
        guard let content,
            case .file(var file) = try encoded.withUnsafeBytes({ try StateCoding.decode($0) }),
            file.content?.digest == digest
        else { return nil }
        file.content = content
        return try StateCoding.encode(.file(file))
    }
}

extension Database {
    fileprivate func insertRedactedFile(_ name: String) throws {
        try run("INSERT OR IGNORE INTO redacted_file VALUES (?)", .text(name))
    }

    /// Replaces a content in all states that have it; gives the names of their files.
    fileprivate func redact(_ redaction: RedactedState, content id: Int64?) throws -> Set<String> {
        let digest = SQLValue.bytes(redaction.digest.rawBytes)
        var names: Set<String> = []
        var states: [(directory: String, name: String, state: [UInt8])] = []
        try forEach(
            "SELECT directory, name, state FROM baseline WHERE kind = 'file' AND instr(state, ?)",
            digest
        ) { states.append(($0.text(0), $0.text(1), Array($0.buffer(2)))) }
        for row in states {
            names.insert(ResourcePlace.path(row.directory, row.name))
            guard let state = try redaction.replacing(row.state) else { continue }
            try run(
                "UPDATE baseline SET state = ?, content = NULL WHERE kind = 'file' AND directory = ? AND name = ?",
                .bytes(state),
                .text(row.directory),
                .text(row.name)
            )
        }
        names.formUnion(try redactChanges(redaction, digest))
        names.formUnion(try redactCommits(redaction, digest))
        guard let id else { return names }
        try run("UPDATE baseline SET content = NULL WHERE content = ?", .integer(id))
        try run("UPDATE change SET before_content = NULL WHERE before_content = ?", .integer(id))
        try run("UPDATE change SET after_content = NULL WHERE after_content = ?", .integer(id))
        return names
    }

    private func redactChanges(_ redaction: RedactedState, _ digest: SQLValue) throws -> Set<String> {
        var rows: [(sequence: Int64, name: String, before: [UInt8]?, after: [UInt8]?)] = []
        try forEach(
            """
            SELECT sequence, name, before, after FROM change
            WHERE kind = 'file' AND (instr(before, ?) OR instr(after, ?))
            """,
            digest,
            digest
        ) { rows.append(($0.integer(0), $0.text(1), $0.optionalBytes(2), $0.optionalBytes(3))) }
        for row in rows {
            try run(
                "UPDATE change SET before = ?, after = ? WHERE sequence = ?",
                .bytes(row.before.map { try redaction.replacing($0) ?? $0 }),
                .bytes(row.after.map { try redaction.replacing($0) ?? $0 }),
                .integer(row.sequence)
            )
        }
        return Set(rows.map(\.name))
    }

    private func redactCommits(_ redaction: RedactedState, _ digest: SQLValue) throws -> Set<String> {
        var rows: [(number: Int64, position: Int64, name: String, before: [UInt8]?, after: [UInt8]?)] = []
        var names: Set<String> = []
        try forEach(
            """
            SELECT c.commit_number, c.position, c.name, c.before, c.after, f.acknowledged_at
            FROM commit_change c JOIN feedback_commit f ON f.number = c.commit_number
            WHERE c.kind = 'file' AND (instr(c.before, ?) OR instr(c.after, ?))
            """,
            digest,
            digest
        ) { row in
            names.insert(row.text(2))
            guard !row.isNull(5) else { return }
            rows.append(
                (row.integer(0), row.integer(1), row.text(2), row.optionalBytes(3), row.optionalBytes(4))
            )
        }
        for row in rows {
            try run(
                "UPDATE commit_change SET before = ?, after = ? WHERE commit_number = ? AND position = ?",
                .bytes(row.before.map { try redaction.replacing($0) ?? $0 }),
                .bytes(row.after.map { try redaction.replacing($0) ?? $0 }),
                .integer(row.number),
                .integer(row.position)
            )
        }
        return names
    }
}

extension SQLRow {
    fileprivate func optionalBytes(_ column: Int32) -> [UInt8]? {
        isNull(column) ? nil : Array(buffer(column))
    }
}
