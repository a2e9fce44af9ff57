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
        if approval.dryRun {
            return try await read { db in try Approving(approval, of: commit, in: db).result(nil) }
        }
        return try await writer.perform { db in
            let approving = try Approving(approval, of: commit, in: db)
            let heading = RevisionRow.Heading(
                author: principal,
                message: approval.message ?? commit.message,
                at: at,
                commit: commit.id
            )
            let revision =
                approving.items.isEmpty
                ? nil : try RevisionRow.append(approving.items, to: approving.tag, heading, in: db)
            try DecisionRow.insert(
                approving.numbers,
                of: commit,
                DecisionRow.Verdict(outcome: .approved, by: principal, at: at),
                revision: { approving.unchanged.contains($0) ? nil : revision?.reference },
                in: db
            )
            return approving.result(revision)
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
}

/// What an approval comes to, read before anything is written.
private struct Approving {
    var tag: TagRow
    /// The changes that are decided.
    var numbers: [Int]
    /// Those of them that the tag said already.
    var unchanged: Set<Int> = []
    var items: [Revision.Item]
    var nodes: [NodeName]

    init(_ approval: Approval, of commit: StoredCommit, in db: Database) throws {
        let ownTag = TagName(ownTagOf: commit.nodeName)
        tag = try TagRow.existing(approval.into ?? ownTag, in: db)
        numbers = try DecisionRow.undecided(approval.changes, of: commit, in: db)
        var entries = TagEntries(of: tag)
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
        items = try entries.items(in: db)
        nodes = try Reach.nodes(of: items, in: tag, db)
    }

    func result(_ revision: Revision?) -> ApprovalResult {
        ApprovalResult(revision: revision, items: items, unchanged: unchanged.sorted(), nodes: nodes)
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
