public import FabricModel
import GRDB

extension Journal {
    /// When the first baseline was complete; `nil` until then.
    ///
    /// While it is `nil`, what differs from the record is baseline and no change: a first start was interrupted.
    public func baselineCompletedAt() throws(JournalError) -> Timestamp? {
        try read { db in try db.baselineCompletedAt() }
    }

    /// Marks the baseline as complete; it and everything recorded before is durable on return.
    public func markBaselineComplete(at time: Timestamp) throws(JournalError) {
        try setValue(time.description, for: Database.baselineMark)
    }

    /// The recorded state of a resource; `nil` when it is recorded as absent.
    public func baseline(_ key: ResourceKey) throws(JournalError) -> BaselineRecord? {
        try read { db in
            try db.baselineRow(ResourcePlace(key))
                .map {
                    BaselineRecord(state: $0.state, fingerprint: $0.fingerprint)
                }
        }
    }

    /// The files that are recorded as present in a directory, with their fingerprints, by their name's ``EscapedText``.
    ///
    /// The directory is an absolute path as ``EscapedText``, without a slash at its end.
    public func fingerprints(
        inDirectory directory: String
    ) throws(JournalError) -> [String: FileFingerprint?] {
        try read { db in
            var result: [String: FileFingerprint?] = [:]
            try db.forEach(
                """
                SELECT name, device, inode, mode, uid, gid, size, modified, changed
                FROM baseline WHERE kind = 'file' AND directory = ?
                """,
                .text(directory)
            ) { row in
                result.updateValue(row.fingerprint(1), forKey: row.text(0))
            }
            return result
        }
    }

    /// The files that are recorded as present below a directory at any depth, without itself, by path.
    ///
    /// The directory is an absolute path as ``EscapedText``, without a slash at its end.
    public func keys(below directory: String) throws(JournalError) -> [ResourceKey] {
        let bounds = ResourcePlace.bounds(below: directory)
        return try read { db in
            var keys: [ResourceKey] = []
            try db.forEach(
                """
                SELECT directory, name FROM baseline
                WHERE kind = 'file' AND (directory = ? OR (directory >= ? AND directory < ?))
                """,
                .text(directory),
                .text(bounds.from),
                .text(bounds.to)
            ) { row in
                keys.append(ResourceKey(.file, checked: ResourcePlace.path(row.text(0), row.text(1))))
            }
            return keys.sorted()
        }
    }

    /// The packages that are recorded as installed.
    public func packages() throws(JournalError) -> [ResourceKey: PackageState] {
        try read { db in
            var packages: [ResourceKey: PackageState] = [:]
            try db.forEach("SELECT name, state FROM baseline WHERE kind = 'package'") { row in
                guard case .package(let state) = try StateCoding.decode(row.buffer(1)) else { return }
                packages[ResourceKey(.package, checked: row.text(0))] = state
            }
            return packages
        }
    }

    /// The files that are recorded as present and whose names have one of some ends.
    public func files(endingIn ends: [String]) throws(JournalError) -> [ResourceKey] {
        try read { db in
            var keys: [ResourceKey] = []
            for end in ends {
                try db.forEach(
                    """
                    SELECT directory, name FROM baseline
                    WHERE kind = 'file' AND substr(name, -length(?1)) = ?1
                    """,
                    .text(end)
                ) { row in
                    keys.append(ResourceKey(.file, checked: ResourcePlace.path(row.text(0), row.text(1))))
                }
            }
            return keys.sorted()
        }
    }

    /// The directories at and below a path, as ``EscapedText``, in which something is recorded as present.
    public func directories(below path: String) throws(JournalError) -> [String] {
        let bounds = ResourcePlace.bounds(below: path)
        return try read { db in
            var directories: [String] = []
            try db.forEach(
                """
                SELECT DISTINCT directory FROM baseline
                WHERE kind = 'file' AND (directory = ? OR (directory >= ? AND directory < ?))
                """,
                .text(path),
                .text(bounds.from),
                .text(bounds.to)
            ) { row in directories.append(row.text(0)) }
            return directories
        }
    }

    /// The resources of some kinds, none of them files, that are recorded as present.
    public func keys(of kinds: Set<ResourceKind>) throws(JournalError) -> [ResourceKey] {
        try read { db in
            var keys: [ResourceKey] = []
            for kind in kinds {
                try db.forEach("SELECT name FROM baseline WHERE kind = ?", .text(kind.rawValue)) { row in
                    keys.append(ResourceKey(kind, checked: row.text(0)))
                }
            }
            return keys.sorted()
        }
    }

    /// How many resources are recorded as present, by kind.
    public func resourceCounts() throws(JournalError) -> [ResourceKind: Int] {
        try read { db in
            var counts: [ResourceKind: Int] = [:]
            try db.forEach("SELECT kind, count(*) FROM baseline GROUP BY kind") { row in
                if let kind = ResourceKind(rawValue: row.text(0)) { counts[kind] = Int(row.integer(1)) }
            }
            return counts
        }
    }
}

extension Database {
    fileprivate static var baselineMark: String { "journal/baseline-completed-at" }

    func isBaselineComplete() throws -> Bool { try baselineCompletedAt() != nil }

    fileprivate func baselineCompletedAt() throws -> Timestamp? {
        try metaValue(Self.baselineMark)
            .map { text in
                do {
                    return try Timestamp(text)
                } catch {
                    throw UnreadableRecord(reason: "\(error)")
                }
            }
    }
}
