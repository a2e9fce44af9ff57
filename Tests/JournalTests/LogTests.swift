import FabricModel
import Journal
import Testing

@Suite("Log and decisions")
struct LogTests {
    let scratch: ScratchFolder
    let journal: Journal
    let node = NodeID.make(at: noon)

    init() throws {
        scratch = try ScratchFolder()
        journal = try Journal(folder: scratch.path)
    }

    func decide(
        _ sequence: Int64,
        _ commit: FeedbackCommit,
        _ key: ResourceKey,
        _ outcome: RecordedDecision.Outcome
    ) throws -> RecordedDecision {
        RecordedDecision(
            sequence: sequence,
            commit: commit.id,
            key: key,
            outcome: outcome,
            revision: outcome == .approved ? try RevisionReference("web@4") : nil,
            by: "bob",
            reason: outcome == .tolerated ? "not here" : nil,
            at: noon.adding(seconds: Double(sequence))
        )
    }

    @Test("each change is logged newest first with how far it has come")
    func states() throws {
        try journal.record([observe("/etc/a", bytes("1")), observe("/etc/b", bytes("1"))], at: noon)
        let decided = try #require(try journal.commitAll(node: node))
        try journal.record(observe("/etc/c", bytes("1")))
        let sent = try #require(try journal.commitAll(node: node))
        try journal.acknowledge([decided.id, sent.id], at: noon)
        try journal.recordDecisions([
            decide(1, decided, file("/etc/a"), .tolerated), decide(2, decided, file("/etc/b"), .tolerated),
            decide(3, decided, file("/etc/b"), .approved),
        ])
        try journal.record(observe("/etc/d", bytes("1")))
        let committed = try #require(try journal.commitAll(node: node))
        let settled = try #require(try journal.record(observe("/etc/e", bytes("1"))))
        try journal.settle([settled.sequence])
        try journal.record(observe("/etc/f", bytes("1")))

        let log = try journal.log()
        #expect(
            log.map(\.recorded.change.key.name) == [
                "/etc/f", "/etc/e", "/etc/d", "/etc/c", "/etc/b", "/etc/a",
            ]
        )
        #expect(
            log.map(\.state)
                == [.open, .settled, .committed, .sent, .decided(.approved), .decided(.tolerated)]
        )
        #expect(log.map(\.commit) == [nil, nil, committed.id, sent.id, decided.id, decided.id])
        #expect(log[2].message == "open port 2222")
        #expect(log[0].message == nil)
    }

    @Test("the log is narrowed to a path with all below it, to a package, or to a kind")
    func ranges() throws {
        try journal.record(
            [
                observe("/etc/ssh", bytes("1")), observe("/etc/ssh/sshd_config", bytes("1")),
                observe("/etc/ssh2", bytes("1")), observe("/etc/ssh/a/b", bytes("1")), package("ssh", "1"),
            ],
            at: noon
        )
        func names(_ range: ResourceRange) throws -> [String] {
            try journal.log(range).map(\.recorded.change.key.name)
        }
        #expect(try names(.at(file("/etc/ssh"))) == ["/etc/ssh/a/b", "/etc/ssh/sshd_config", "/etc/ssh"])
        #expect(try names(.at(ResourceKey("package:ssh"))) == ["ssh"])
        #expect(try names(.kind(.package)) == ["ssh"])
        #expect(try names(.kind(.file)).count == 4)
        #expect(try names(.all).count == 5)
        #expect(try names(.at(file("/var"))).isEmpty)
    }

    @Test("the log comes in pieces")
    func pieces() throws {
        try journal.record((1...5).map { try observe("/etc/\($0)", bytes("1")) }, at: noon)
        #expect(try journal.log(limit: 2).map(\.recorded.sequence) == [5, 4])
        #expect(try journal.log(before: 4, limit: 2).map(\.recorded.sequence) == [3, 2])
        #expect(try journal.log(before: 1).isEmpty)
    }

    @Test("decisions are kept once each, and the newest sequence is remembered")
    func decisions() throws {
        try journal.record(observe("/etc/a", bytes("1")))
        let commit = try #require(try journal.commitAll(node: node))
        #expect(try journal.lastDecision() == 0)
        let first = try decide(7, commit, file("/etc/a"), .tolerated)
        try journal.recordDecisions([first])
        try journal.recordDecisions([first, decide(3, commit, file("/etc/b"), .approved)])
        try journal.recordDecisions([])
        #expect(try journal.lastDecision() == 7)
        #expect(try journal.heldResources().first?.decision == first)
    }

    @Test(
        "a resource is held while its newest commit is undecided or tolerated, and free once it is approved"
    )
    func held() throws {
        try journal.record([observe("/etc/a", bytes("1")), observe("/etc/b", bytes("1"))], at: noon)
        let first = try #require(try journal.commitAll(node: node))
        try journal.recordDecisions([decide(1, first, file("/etc/a"), .approved)])
        #expect(try journal.heldResources().map(\.key.name) == ["/etc/b"])
        try journal.recordDecisions([decide(2, first, file("/etc/b"), .tolerated)])
        #expect(try journal.heldResources().map(\.decision?.outcome) == [.tolerated])

        try journal.record([observe("/etc/b", bytes("2")), observe("/etc/a", bytes("2"))], at: noon)
        #expect(try journal.heldResourceCount() == 1)
        let second = try #require(try journal.commitAll(at: noon.adding(seconds: 5), node: node))
        #expect(
            try journal.heldResources()
                == ["/etc/a", "/etc/b"]
                .map {
                    HeldRecord(
                        key: try file($0),
                        commit: second.id,
                        since: second.at,
                        isSent: false,
                        decision: nil
                    )
                }
        )
        #expect(try journal.heldResourceCount() == 2)
        #expect(try journal.heldResources(limit: 1).map(\.key.name) == ["/etc/a"])
        try journal.recordDecisions([
            decide(3, second, file("/etc/a"), .approved), decide(4, second, file("/etc/b"), .approved),
        ])
        #expect(try journal.heldResources().isEmpty)
    }
}
