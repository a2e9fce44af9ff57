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
            var besides = heading
            besides.commit = nil
            try Override.write(
                approving.dropped,
                with: revision?.reference,
                { "drop what \($0) says too" },
                besides,
                in: db
            )
            try DecisionRow.insert(
                approving.numbers,
                of: commit,
                DecisionRow.Verdict(outcome: .approved, by: principal, at: at),
                revision: { approving.unchanged.contains($0) ? nil : revision?.reference },
                in: db
            )
            try Audit.note(
                .approve,
                commit.id.text,
                detail: "changes \(Self.list(approving.numbers)) into "
                    + (revision.map { "\($0.reference)" } ?? "\(approving.tag.name), which said so already"),
                by: principal,
                at: at,
                in: db
            )
            return approving.result(revision)
        }
    }

    /// The changes of a commit that cannot be taken into a tag as they are, of those that an approval names.
    ///
    /// - Throws: `unknownCommit`, `unknownTag`, `unknownChange`, `alreadyDecided`.
    public func clashes(_ commit: CommitID, _ approval: Approval) async throws -> [Clash] {
        try await read { db in
            try Approving.clashes(approval, of: StoredCommit.existing(commit, in: db), in: db)
        }
    }

    /// Rejects changes of a commit: the node stays as it is and that is tolerated, or is asked to put them back.
    ///
    /// - Throws: `unknownCommit`, `unknownChange`, `alreadyDecided`; `contentNotKept` for a change that no node could put
    ///   back; `invalidRequest` for an empty list of changes.
    public func reject(
        _ commit: CommitID,
        _ rejection: Rejection,
        by principal: String,
        at: Timestamp
    ) async throws -> RejectionResult {
        let commit = try await read { db in try StoredCommit.existing(commit, in: db) }
        return try await writer.perform { db in
            let numbers = try DecisionRow.undecided(rejection.changes, of: commit, in: db)
            let isRolledBack = rejection.remedy == .rollBack
            if isRolledBack {
                for number in numbers { try Self.checkReversible(commit.change(number)) }
            }
            let verdict = DecisionRow.Verdict(
                outcome: isRolledBack ? .rolledBack : .tolerated,
                by: principal,
                reason: rejection.reason,
                at: at
            )
            try DecisionRow.insert(numbers, of: commit, verdict, in: db)
            let outcome = isRolledBack ? "to be rolled back" : "tolerated"
            let detail = "changes \(Self.list(numbers)) \(outcome)"
            try Audit.note(.reject, commit.id.text, detail: detail, by: principal, at: at, in: db)
            return RejectionResult(rejected: numbers)
        }
    }

    /// Numbers of changes for the log, however many there are.
    private static func list(_ numbers: [Int]) -> String {
        let shown = numbers.prefix(20).map { "\($0)" }.joined(separator: ",")
        return numbers.count > 20 ? "\(shown) and \(numbers.count - 20) more" : shown
    }

    /// Refuses to have a node put back what nobody has kept, or throw away what would then be lost.
    private static func checkReversible(_ change: Change) throws(APIError) {
        for (state, what) in [(change.before, "what it was"), (change.after, "what it is now")] {
            guard state.content?.withheld != nil else { continue }
            throw APIError(
                .contentNotKept,
                "\(what) was not kept, so no node can put it back without loss; put it back on the node by hand, or "
                    + "reject it without --roll-back",
                subject: change.key.description
            )
        }
    }
}
