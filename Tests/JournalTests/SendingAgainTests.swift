import FabricModel
import Journal
import Testing

/// What the journal does for a server that was restored from a backup.
@Suite("Commits and decisions that a server has lost")
struct SendingAgainTests {
    let scratch: ScratchFolder
    let journal: Journal
    private let node = NodeID.make(at: noon)

    init() throws {
        scratch = try ScratchFolder()
        journal = try Journal(folder: scratch.path)
    }

    /// Makes commits, each acknowledged so many days after noon as its number says.
    private func commits(_ days: [Double?]) throws -> [FeedbackCommit] {
        try days.enumerated()
            .map { index, day in
                try journal.record(observe("/etc/\(index)", bytes("\(index)")))
                let commit = try #require(try journal.commitAll(node: node))
                if let day { try journal.acknowledge([commit.id], at: noon.adding(seconds: day * 86_400)) }
                return commit
            }
    }

    @Test("those that it lacks wait again, with their contents, and are acknowledged again")
    func lacking() throws {
        let made = try commits([0, 0, 0, nil])
        let again = try journal.sendAgain(of: node, now: noon) { $0 >= 2 }
        #expect(again == .init(commits: 2, lost: 0))
        #expect(try journal.outbox(limit: 9) == Array(made.dropFirst()))
        #expect(try journal.content(.sha256(bytes("1"))) == bytes("1"))
        try journal.acknowledge(made.map(\.id), at: noon)
        #expect(try journal.outbox(limit: 9).isEmpty)
        #expect(try journal.sendAgain(of: node, now: noon) { _ in false } == .init(commits: 0, lost: 0))
        #expect(try journal.outbox(limit: 9).isEmpty)
    }

    @Test("those that were acknowledged longer ago than is kept are counted as lost, pruned or not")
    func old() throws {
        let made = try commits([0, 0, 20])
        let now = noon.adding(seconds: 31 * 86_400)
        #expect(try journal.sendAgain(of: node, now: now) { _ in true } == .init(commits: 1, lost: 2))
        #expect(try journal.outbox(limit: 9) == [made[2]])
        try journal.prune(now: now)
        #expect(try journal.sendAgain(of: node, now: now) { _ in true } == .init(commits: 0, lost: 2))
    }

    @Test("another identity's commits stay as they are")
    func others() throws {
        _ = try commits([0, 0])
        let other = NodeID.make(at: noon)
        #expect(try journal.sendAgain(of: other, now: noon) { _ in true } == .init(commits: 0, lost: 0))
        #expect(try journal.outbox(limit: 9).isEmpty)
    }

    @Test("forgotten decisions are undecided again, and others can come under their numbers")
    func decisions() throws {
        let made = try commits([0, 0])
        func decision(
            _ sequence: Int64,
            _ commit: FeedbackCommit,
            _ outcome: RecordedDecision.Outcome
        )
            -> RecordedDecision
        {
            RecordedDecision(
                sequence: sequence,
                commit: commit.id,
                key: commit.changes[0].key,
                outcome: outcome,
                by: "bob",
                reason: nil,
                at: noon
            )
        }
        try journal.recordDecisions([decision(1, made[0], .approved), decision(2, made[1], .rolledBack)])
        try journal.mark(try #require(journal.pendingRollBacks().first), .done, at: noon)
        #expect(try journal.heldResources().isEmpty)
        try journal.forgetDecisions(after: 1)
        #expect(try journal.lastDecision() == 1)
        #expect(try journal.heldResources().map(\.decision) == [nil])
        #expect(try journal.pendingRollBacks().isEmpty)
        try journal.recordDecisions([decision(2, made[1], .rolledBack)])
        #expect(try journal.pendingRollBacks().count == 1)
        try journal.forgetDecisions(after: 7)
        #expect(try journal.lastDecision() == 2)
    }

    @Test("what is known of tags is kept over a restart, and replaced tag by tag")
    func known() throws {
        let (web, base) = (try TagName("web"), try TagName("base"))
        let digest = try RevisionDigest(String(repeating: "a", count: 64))
        let first = KnownRevision(tag: web, number: 3, digest: digest)
        let none = KnownRevision(tag: base, number: 0, digest: nil)
        try journal.remember([first, none])
        let later = KnownRevision(tag: base, number: 1, digest: digest)
        try journal.remember([later])
        try journal.close()
        let reopened = try Journal(folder: scratch.path)
        #expect(try reopened.knownRevisions() == [web: first, base: later])
    }
}
