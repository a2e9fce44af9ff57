public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Takes changes of a commit into a tag, all or none; checks the tag's entries in the same transaction.
    ///
    /// - Throws: `unknownCommit`, `unknownTag`, `unknownChange`, `alreadyDecided`, `conflict`, `secretContent`,
    ///   `contentNotKept`; `invalidRequest` for an empty list of changes.
    public func approve(
        _ commit: CommitID,
        _ approval: Approval,
        by principal: String,
        at: Timestamp
    ) async throws -> ApprovalResult {
        let commit = try await read { db in try StoredCommit.existing(commit, in: db) }
        return try await writer.perform { db in
            let ownTag = TagName(ownTagOf: commit.nodeName)
            let tag = try TagRow.existing(approval.into ?? ownTag, in: db)
            let numbers = try DecisionRow.undecided(approval.changes, of: commit, in: db)
            var entries = TagEntries(of: tag)
            var unchanged: Set<Int> = []
            var obstacles = Obstacles()
            for number in numbers {
                let isOwn = tag.name == ownTag
                do {
                    if try !Self.take(commit.change(number), into: &entries, allowsSecrets: isOwn, in: db) {
                        unchanged.insert(number)
                    }
                } catch {
                    try obstacles.add(error, to: number)
                }
            }
            try obstacles.check(commit.id, into: tag.name)
            let items = try entries.items(in: db)
            let heading = RevisionRow.Heading(
                author: principal,
                message: approval.message ?? commit.message,
                at: at,
                commit: commit.id
            )
            let revision = items.isEmpty ? nil : try RevisionRow.append(items, to: tag, heading, in: db)
            try DecisionRow.insert(
                numbers,
                of: commit,
                DecisionRow.Verdict(outcome: .approved, by: principal, at: at),
                revision: { unchanged.contains($0) ? nil : revision?.reference },
                in: db
            )
            return ApprovalResult(revision: revision, unchanged: unchanged.sorted())
        }
    }

    /// Rejects changes of a commit: the node stays as it is, and that is tolerated.
    ///
    /// - Throws: `unknownCommit`, `unknownChange`, `alreadyDecided`; `invalidRequest` for an empty list of changes.
    public func reject(
        _ commit: CommitID,
        _ rejection: Rejection,
        by principal: String,
        at: Timestamp
    ) async throws -> RejectionResult {
        let commit = try await read { db in try StoredCommit.existing(commit, in: db) }
        return try await writer.perform { db in
            let numbers = try DecisionRow.undecided(rejection.changes, of: commit, in: db)
            let verdict = DecisionRow.Verdict(
                outcome: .tolerated,
                by: principal,
                reason: rejection.reason,
                at: at
            )
            try DecisionRow.insert(numbers, of: commit, verdict, in: db)
            return RejectionResult(rejected: numbers)
        }
    }

    /// Has the tag ask for what the change did; false when it does already.
    private static func take(
        _ change: Change,
        into entries: inout TagEntries,
        allowsSecrets: Bool,
        in db: Database
    ) throws -> Bool {
        let entry = try entries.entry(of: change.key, in: db)
        if let entry, entry.isSatisfied(by: change.after) { return false }
        let asked = Entry(asking: change)
        try EntryRules.check(asked, of: change.key, in: entries.tag.name, allowsSecrets: allowsSecrets)
        if let entry, !entry.isSatisfied(by: change.before) {
            let revision = try entries.current(change.key, in: db).revision
            throw APIError(
                .conflict,
                "\(entries.tag.name)@\(revision) says \(entry.summary), but the change began with "
                    + "\(change.before.summary) and made it \(change.after.summary)",
                subject: change.key.description
            )
        }
        entries.set(change.key, to: asked)
        return entry != asked
    }
}
