import FoundationEssentials
import GRDB
import TrialFabric

/// Looks into a node's journal from outside, only to see from when on a row is there.
struct JournalReader {
    private let queue: DatabaseQueue

    init(_ node: TrialNode) throws {
        var configuration = Configuration()
        configuration.readonly = true
        queue = try DatabaseQueue(
            path: node.state.appending(path: "journal/journal.sqlite").path,
            configuration: configuration
        )
    }

    /// The newest change's sequence; 0 before the first.
    func lastSequence() throws -> Int64 {
        try queue.read { db in
            try db.cachedStatement(sql: "SELECT coalesce(max(sequence), 0) FROM change").fetchInteger()
        }
    }

    /// How many changes of files have a content.
    func changesWithContent() throws -> Int64 {
        try queue.read { db in
            try db.cachedStatement(
                sql:
                    "SELECT count(DISTINCT name) FROM change WHERE kind = 'file' AND after_content IS NOT NULL"
            )
            .fetchInteger()
        }
    }

    /// Waits without a pause until a sequence is there.
    func wait(for sequence: Int64, within seconds: Double = 30) throws {
        let end = monotonicSeconds() + seconds
        while try lastSequence() < sequence {
            guard monotonicSeconds() < end else {
                throw TrialError("change \(sequence) was not recorded in \(seconds) s")
            }
        }
    }
}

extension Statement {
    fileprivate func fetchInteger() throws -> Int64 {
        try Int64.fetchOne(self) ?? 0
    }
}
