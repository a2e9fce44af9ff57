public import FabricModel
import GRDB

extension Journal {
    /// What a server that lacks commits gets again.
    public struct SendingAgain: Hashable, Sendable {
        /// Commits that were acknowledged and wait for the server again.
        public var commits: Int
        /// Commits that it lacks and that are not kept whole any more.
        public var lost: Int

        /// Counts of both.
        public init(commits: Int, lost: Int) {
            self.commits = commits
            self.lost = lost
        }
    }

    /// Has commits wait for the server again that it had acknowledged and lacks now, durable on return.
    ///
    /// Of commits that were acknowledged longer ago than the retention, contents may be gone: they are not sent again.
    ///
    /// - Parameters:
    ///   - node: The node whose commits they are.
    ///   - now: The moment that the retention is counted back from.
    ///   - lacks: Whether the server lacks the commit of a sequence.
    /// - Returns: How many wait again, and how many are lost.
    /// - Throws: `damaged` and others.
    public func sendAgain(
        of node: NodeID,
        now: Timestamp,
        where lacks: (Int64) -> Bool
    ) throws(JournalError) -> SendingAgain {
        let cutoff = now.adding(seconds: -options.retention).microseconds
        return try transaction { db, _ in
            var due: [Int64] = []
            var waiting = 0
            try db.forEach(
                "SELECT number, sequence, acknowledged_at FROM feedback_commit WHERE node = ?",
                .text(node.text)
            ) { row in
                guard lacks(row.integer(1)) else { return }
                guard let acknowledged = row.optionalInteger(2) else {
                    waiting += 1
                    return
                }
                if acknowledged >= cutoff { due.append(row.integer(0)) }
            }
            for number in due {
                try db.run(
                    "UPDATE feedback_commit SET acknowledged_at = NULL WHERE number = ?",
                    .integer(number)
                )
            }
            let last = try db.metaValue(Self.commitCounter(of: node)).flatMap(Int64.init) ?? 0
            let lacking = last > 0 ? (1...last).count(where: lacks) : 0
            return SendingAgain(commits: due.count, lost: lacking - waiting - due.count)
        }
    }

    /// Forgets what reviewers said above a sequence, durable on return: they said it to a server that has not heard it
    /// since, and its next decisions will have the same numbers.
    public func forgetDecisions(after sequence: Int64) throws(JournalError) {
        try transaction { db, _ in
            try db.run("DELETE FROM roll_back WHERE decision > ?", .integer(sequence))
            try db.run("DELETE FROM decision WHERE sequence > ?", .integer(sequence))
            let newest = try db.metaValue(Self.newestDecision).flatMap(Int64.init) ?? 0
            try db.setMetaValue(String(min(newest, sequence)), for: Self.newestDecision)
        }
    }
}
