import FabricModel
import Journal
import Testing

@Suite("Roll-backs")
struct RollBackTests {
    let scratch: ScratchFolder
    let journal: Journal
    private let node = NodeID.make(at: noon)

    init() throws {
        scratch = try ScratchFolder()
        journal = try Journal(folder: scratch.path)
        try journal.recordBaseline([observe("/etc/a", bytes("old")), observe("/etc/b", bytes("old"))])
    }

    /// Edits a file, commits that, and has it rejected or approved.
    @discardableResult
    private func decide(
        _ sequence: Int64,
        _ path: String,
        _ text: String,
        _ outcome: RecordedDecision.Outcome = .rolledBack
    ) throws -> RecordedDecision {
        try journal.record(observe(path, bytes(text)))
        let commit = try #require(try journal.commitAll(node: node))
        try journal.acknowledge([commit.id], at: noon)
        let decision = RecordedDecision(
            sequence: sequence,
            commit: commit.id,
            key: try file(path),
            outcome: outcome,
            by: "bob",
            reason: "not here",
            at: noon
        )
        try journal.recordDecisions([decision])
        return decision
    }

    @Test("a change that is to be rolled back is held and pending, with both states, until it is done")
    func pending() throws {
        let decision = try decide(1, "/etc/a", "new")
        try decide(2, "/etc/b", "new", .tolerated)
        let pending = try journal.pendingRollBacks()
        #expect(pending.map(\.decision) == [decision])
        #expect(pending.first?.change.before == fileState(bytes("old")))
        #expect(pending.first?.change.after == fileState(bytes("new")))
        #expect(pending.first?.failure == nil)
        #expect(try journal.heldResources().map(\.decision?.outcome) == [.rolledBack, .tolerated])
        #expect(try journal.log().map(\.state) == [.decided(.tolerated), .decided(.rolledBack)])
        try journal.mark(try #require(pending.first), .done, at: noon)
        #expect(try journal.pendingRollBacks().isEmpty)
        #expect(try journal.heldResources().map(\.key.name) == ["/etc/b"])
    }

    @Test("one that failed stays pending with its reason, one that was skipped does not, over a restart too")
    func restart() throws {
        try decide(1, "/etc/a", "new")
        try decide(2, "/etc/b", "new")
        let pending = try journal.pendingRollBacks()
        try #require(pending.count == 2)
        try journal.mark(pending[0], .failed, because: "the disk is full", at: noon)
        try journal.mark(pending[1], .skipped, because: "moved", at: noon)
        try journal.close()
        let again = try Journal(folder: scratch.path)
        #expect(try again.pendingRollBacks().map(\.failure) == ["the disk is full"])
        #expect(try again.heldResources().map(\.key.name) == ["/etc/a"])
        try again.mark(pending[0], .done, at: noon)
        #expect(try again.pendingRollBacks().isEmpty)
        #expect(try again.heldResourceCount() == 0)
    }

    @Test("of several changes of one resource the newest goes first")
    func newestFirst() throws {
        let first = try decide(1, "/etc/a", "new")
        let second = try decide(2, "/etc/a", "newer")
        var pending = try journal.pendingRollBacks()
        #expect(pending.map(\.decision) == [second])
        try journal.mark(pending[0], .done, at: noon)
        pending = try journal.pendingRollBacks()
        #expect(pending.map(\.decision) == [first])
        #expect(pending.map(\.isSuperseded) == [false], "what came after it was put back")
    }

    @Test("a later change that stays supersedes one that is to be rolled back")
    func superseded() throws {
        let first = try decide(1, "/etc/a", "new")
        try journal.record(observe("/etc/a", bytes("newer")))
        _ = try journal.commitAll(node: node)
        #expect(try journal.pendingRollBacks().map(\.isSuperseded) == [true])
        try decide(2, "/etc/a", "new", .approved)
        let pending = try journal.pendingRollBacks()
        #expect(pending.map(\.decision) == [first] && pending.map(\.isSuperseded) == [true])
    }

    @Test("a commit stays as long as it is to be rolled back, and what came of that goes with it")
    func pruning() throws {
        let decision = try decide(1, "/etc/a", "new")
        let later = noon.adding(seconds: 40 * 86_400)
        try journal.prune(now: later)
        let pending = try #require(try journal.pendingRollBacks().first)
        #expect(pending.decision == decision)
        try journal.mark(pending, .done, at: later)
        try journal.prune(now: later)
        #expect(try journal.commit(decision.commit) == nil)
        #expect(try journal.pendingRollBacks().isEmpty)
        try Consistency.check(scratch.path)
    }
}
