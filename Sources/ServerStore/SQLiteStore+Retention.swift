public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// So many contents are looked at, and removed, at a time.
    private static let uploadsAtOnce = 500

    /// Removes contents that were uploaded before a moment, and that no commit and no revision names.
    ///
    /// They are of an upload that broke off, or of an edit that was given up. What history names stays, and so do the marks
    /// of what was redacted.
    ///
    /// - Returns: How many were removed.
    public func removeUnusedContents(uploadedBefore moment: Timestamp) async throws -> Int {
        var removed = 0
        while true {
            let (candidates, named, last, generation) = try await read { db in
                let candidates = try UploadRow.candidates(before: moment, limit: Self.uploadsAtOnce, in: db)
                let first = candidates.map(\.lastCommit).min() ?? 0
                return (
                    candidates, try UploadRow.named(candidates, after: first, in: db),
                    try Int64.fetchOne(db, sql: "SELECT max(id) FROM commits") ?? 0, try Generation.read(db)
                )
            }
            guard !candidates.isEmpty else { return removed }
            removed += try await writer.perform { [held] db in
                // What came meanwhile may name them, or have sent them again.
                let again = Set(try UploadRow.candidates(before: moment, limit: .max, in: db).map(\.content))
                let hasRevisions = try Generation.read(db) != generation
                let late = try UploadRow.named(candidates, after: last, withRevisions: hasRevisions, in: db)
                let used = candidates.filter { named.contains($0.digest) || late.contains($0.digest) }
                let unused =
                    candidates.filter { candidate in
                        again.contains(candidate.content)
                            && !used.contains { $0.content == candidate.content }
                    }
                    .filter { candidate in
                        // A redacted one stays, without its bytes, for its mark.
                        (try? RedactionRow.isRedacted(ContentDigest(candidate.digest), in: db)) == false
                    }
                try UploadRow.settle(candidates.filter { again.contains($0.content) }, in: db)
                try UploadRow.remove(unused, in: db)
                held.forget()
                return unused.count
            }
        }
    }
}
