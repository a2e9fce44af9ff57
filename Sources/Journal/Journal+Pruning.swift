public import FabricModel
import GRDB

extension Journal {
    // Rows in one transaction: a recording that waits for it waits a few milliseconds.
    private static let step: Int64 = 256

    /// Removes what was acknowledged or settled longer ago than the retention, with the contents that nothing names then,
    /// and gives the space back.
    ///
    /// A commit by which a resource is held stays without its contents until a reviewer or a later change ends that:
    /// otherwise what waits for a decision would be forgotten. Works in small transactions, between which others record.
    public func prune(now: Timestamp) throws(JournalError) {
        let cutoff = now.adding(seconds: -options.retention).microseconds
        while try pruneSettled(before: cutoff) {}
        while try pruneChanges(before: cutoff) {}
        while try pruneCommit(before: cutoff) {}
        try transaction { db, _ in
            try db.run(
                "DELETE FROM decision WHERE at < ? AND commit_id NOT IN (SELECT id FROM feedback_commit)",
                .integer(cutoff)
            )
        }
        while try giveBackSpace() {}
        try sweepFiles()
        try write { db, store in try store.measure(db) }
    }

    private func pruneSettled(before cutoff: Int64) throws(JournalError) -> Bool {
        try transaction { db, store in
            try db.removeChanges("commit_number = 0 AND at < ?", cutoff, limit: Self.step, store) > 0
        }
    }

    /// Removes a piece of the recorded changes of a commit that is due; false when there are none.
    private func pruneChanges(before cutoff: Int64) throws(JournalError) -> Bool {
        try transaction { db, store in
            let due = try db.first(
                """
                SELECT number FROM feedback_commit WHERE acknowledged_at < ?
                AND EXISTS (SELECT 1 FROM change WHERE commit_number = number) LIMIT 1
                """,
                .integer(cutoff)
            ) { $0.integer(0) }
            guard let due else { return false }
            return try db.removeChanges("commit_number = ?", due, limit: Self.step, store) > 0
        }
    }

    /// Removes a commit that is due and by which nothing is held; false when there is none.
    private func pruneCommit(before cutoff: Int64) throws(JournalError) -> Bool {
        try transaction { db, _ in
            let due = try db.first(
                """
                SELECT number, id FROM feedback_commit WHERE acknowledged_at < ?
                AND NOT EXISTS (SELECT 1 \(Self.held) AND c.commit_number = feedback_commit.number) LIMIT 1
                """,
                .integer(cutoff)
            ) { row in (number: row.integer(0), id: row.text(1)) }
            guard let due else { return false }
            try db.run("DELETE FROM commit_change WHERE commit_number = ?", .integer(due.number))
            try db.run(
                "DELETE FROM roll_back WHERE decision IN (SELECT sequence FROM decision WHERE commit_id = ?)",
                .text(due.id)
            )
            try db.run("DELETE FROM decision WHERE commit_id = ?", .text(due.id))
            try db.run("DELETE FROM feedback_commit WHERE number = ?", .integer(due.number))
            return true
        }
    }

    private func giveBackSpace() throws(JournalError) -> Bool {
        try write { db, _ in
            let free = try db.first("PRAGMA freelist_count") { $0.integer(0) } ?? 0
            guard free > 0 else { return false }
            try db.forEach("PRAGMA incremental_vacuum(\(Self.step))") { _ in }
            return try db.first("PRAGMA freelist_count") { $0.integer(0) } ?? 0 < free
        }
    }

    /// Removes files that a crash left behind: half written, or of a row that was never committed or is gone.
    private func sweepFiles() throws(JournalError) {
        let folder = ContentFiles(folder: files.contents)
        try write { db, _ in
            var known: Set<String> = []
            try db.forEach("SELECT hex(digest) FROM content WHERE data IS NULL") { row in
                known.insert(row.text(0).lowercased())
            }
            for name in try folder.names() where !known.contains(name) { folder.remove(hexDigits: name) }
        }
    }
}

extension Database {
    /// Removes changes and the names of contents that they held; gives how many there were.
    fileprivate func removeChanges(
        _ condition: String,
        _ value: Int64,
        limit: Int64,
        _ store: ContentStore
    ) throws -> Int {
        var rows: [(sequence: Int64, contents: [Int64])] = []
        try forEach(
            "SELECT sequence, before_content, after_content FROM change WHERE \(condition) LIMIT ?",
            .integer(value),
            .integer(limit)
        ) { row in
            rows.append(
                (row.integer(0), [row.optionalInteger(1), row.optionalInteger(2)].compactMap(\.self))
            )
        }
        for row in rows {
            try run("DELETE FROM change WHERE sequence = ?", .integer(row.sequence))
            for content in row.contents { try store.release(content, in: self) }
        }
        return rows.count
    }
}
