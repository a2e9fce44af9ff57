public import FabricModel
import GRDB

extension Journal {
    /// Puts open changes into a feedback commit, durable on return.
    ///
    /// The commit takes the node's next sequence, without gaps. All the named rows belong to it, also those that came to
    /// nothing.
    ///
    /// - Parameters:
    ///   - sequences: The rows that the commit stands for; each is open.
    ///   - id: The commit's identity.
    ///   - node: The node whose commit it is.
    ///   - author: Who did it.
    ///   - message: Why, or what.
    ///   - trigger: What ended the batch.
    ///   - time: When it is made.
    ///   - changes: The net changes as the server is to see them. Their contents are those of the named rows.
    /// - Returns: The commit; `nil` when there is no net change, and the rows were settled.
    /// - Throws: `notOpen` and others; then nothing was changed.
    public func makeCommit(
        of sequences: [Int64],
        id: CommitID,
        node: NodeID,
        author: Actor,
        message: String,
        trigger: FeedbackCommit.Trigger,
        at time: Timestamp,
        changes: [Change]
    ) throws(JournalError) -> FeedbackCommit? {
        guard !changes.isEmpty else {
            try settle(sequences)
            return nil
        }
        return try transaction { db, _ in
            let counter = Self.commitCounter(of: node)
            let commit = FeedbackCommit(
                id: id,
                node: node,
                sequence: 1 + (try db.metaValue(counter).flatMap(Int64.init) ?? 0),
                author: author,
                message: message,
                at: time,
                trigger: trigger,
                changes: changes.sorted { $0.key < $1.key }
            )
            try db.setMetaValue(String(commit.sequence), for: counter)
            try db.mark(sequences, with: db.insert(commit))
            return commit
        }
    }

    /// Where the last sequence of a node's commits is kept.
    static func commitCounter(of node: NodeID) -> String { "journal/commit-sequence/\(node)" }

    /// Commits that the server has not acknowledged, oldest first.
    ///
    /// - Parameters:
    ///   - limit: The most commits.
    ///   - changeLimit: Ends the list with the commit that reaches so many changes in all, so that memory has a limit too.
    ///   - others: Commits to leave out.
    /// - Returns: At least one commit where one waits.
    /// - Throws: `damaged` and others.
    public func outbox(
        limit: Int,
        changeLimit: Int = 10_000,
        except others: Set<CommitID> = []
    ) throws(JournalError) -> [FeedbackCommit] {
        let numbers = try read { db in
            var numbers: [Int64] = []
            let (count, overflow) = limit.addingReportingOverflow(others.count)
            try db.forEach(
                "SELECT number, id FROM feedback_commit WHERE acknowledged_at IS NULL ORDER BY number LIMIT ?",
                .integer(Int64(overflow ? .max : count))
            ) { row in
                if !others.contains(CommitID(checked: row.text(1))) { numbers.append(row.integer(0)) }
            }
            return Array(numbers.prefix(limit))
        }
        var commits: [FeedbackCommit] = []
        var changes = 0
        for number in numbers where changes < changeLimit {
            guard let commit = try commit("number = ?", .integer(number)) else { continue }
            changes += commit.changes.count
            commits.append(commit)
        }
        return commits
    }

    /// A commit that is kept.
    public func commit(_ id: CommitID) throws(JournalError) -> FeedbackCommit? {
        try commit("id = ?", .text(id.text))
    }

    /// How many commits wait for the server, and when the oldest was made.
    public func outboxSummary() throws(JournalError) -> (commits: Int, oldest: Timestamp?) {
        try read { db in
            try db.first("SELECT count(*), min(at) FROM feedback_commit WHERE acknowledged_at IS NULL") {
                row in
                (Int(row.integer(0)), row.optionalInteger(1).map(Timestamp.init(microseconds:)))
            } ?? (0, nil)
        }
    }

    /// Marks commits as held by the server, durable on return; those that are marked or unknown are passed over.
    public func acknowledge(_ ids: [CommitID], at time: Timestamp) throws(JournalError) {
        try transaction { db, _ in
            for id in ids {
                try db.run(
                    "UPDATE feedback_commit SET acknowledged_at = ? WHERE id = ? AND acknowledged_at IS NULL",
                    .integer(time.microseconds),
                    .text(id.text)
                )
            }
        }
    }

    private func commit(_ condition: String, _ value: SQLValue) throws(JournalError) -> FeedbackCommit? {
        try readSnapshot { db in
            let found = try db.first(
                "SELECT number, id, node, sequence, author, message, cause, at FROM feedback_commit WHERE \(condition)",
                value
            ) { row in
                (number: row.integer(0), commit: try row.feedbackCommit())
            }
            guard var commit = found?.commit, let number = found?.number else { return nil }
            try db.forEach(
                """
                SELECT position, kind, name, at, is_late, before, after, actor, NULL
                FROM commit_change WHERE commit_number = ? ORDER BY position
                """,
                .integer(number)
            ) { row in
                commit.changes.append(try row.recordedChange().change)
            }
            return commit
        }
    }
}

extension Database {
    /// Adds a commit with its changes and gives its number.
    fileprivate func insert(_ commit: FeedbackCommit) throws -> Int64 {
        try run(
            """
            INSERT INTO feedback_commit (id, node, sequence, author, message, cause, at) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            .text(commit.id.text),
            .text(commit.node.text),
            .integer(commit.sequence),
            .bytes(ActorCoding.encode(commit.author)),
            .text(commit.message),
            .text(commit.trigger.rawValue),
            .integer(commit.at.microseconds)
        )
        let number = lastInsertedRowID
        for (index, change) in commit.changes.enumerated() {
            try run(
                "INSERT INTO commit_change VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                .integer(number),
                .integer(Int64(index + 1)),
                .text(change.key.kind.rawValue),
                .text(change.key.name),
                .integer(change.at.microseconds),
                .integer(change.isLate ? 1 : 0),
                .bytes(try StateCoding.encode(change.before)),
                .bytes(try StateCoding.encode(change.after)),
                .bytes(ActorCoding.encode(change.actor))
            )
        }
        return number
    }
}

extension SQLRow {
    /// The commit in columns 1 to 7, without its changes.
    fileprivate func feedbackCommit() throws -> FeedbackCommit {
        guard let trigger = FeedbackCommit.Trigger(rawValue: text(6)) else {
            throw UnreadableRecord(reason: "a commit has the unknown trigger \(text(6))")
        }
        return FeedbackCommit(
            id: CommitID(checked: text(1)),
            node: NodeID(checked: text(2)),
            sequence: integer(3),
            author: try ActorCoding.decode(buffer(4)),
            message: text(5),
            at: Timestamp(microseconds: integer(7)),
            trigger: trigger,
            changes: []
        )
    }
}
