import FabricModel
import Journal
import Testing

@Suite("Open changes and commits")
struct CommitTests {
    let scratch: ScratchFolder
    let journal: Journal
    let node = NodeID.make(at: noon)

    init() throws {
        scratch = try ScratchFolder()
        journal = try Journal(folder: scratch.path)
    }

    @Test("a commit takes its rows out of the open ones and reads back as it was made")
    func commit() throws {
        try journal.recordBaseline([observe("/etc/hosts", bytes("one"))])
        try journal.record([observe("/etc/hosts", bytes("two")), package("nginx", "1:1.22-1")], at: noon)
        let commit = try #require(try journal.commitAll(node: node))
        #expect(commit.sequence == 1)
        #expect(commit.node == node)
        #expect(commit.author.name == "alice")
        #expect(commit.trigger == .quiet)
        #expect(commit.changes.map(\.key.description) == ["file:/etc/hosts", "package:nginx"])
        #expect(commit.changes.first?.before == fileState(bytes("one")))
        #expect(try journal.openChanges().isEmpty)
        #expect(try journal.outbox(limit: 10) == [commit])
        #expect(try journal.commit(commit.id) == commit)
        #expect(try journal.commit(.make(at: noon)) == nil)
    }

    @Test("a commit holds exactly the rows that were named, later changes stay open")
    func named() throws {
        let first = try #require(try journal.record(observe("/etc/a", bytes("1"))))
        let second = try #require(try journal.record(observe("/etc/b", bytes("2"))))
        let commit = try journal.makeCommit(
            of: [second.sequence],
            id: .make(at: noon),
            node: node,
            author: .unknown,
            message: "",
            trigger: .manual,
            at: noon,
            changes: [second.change]
        )
        #expect(commit?.changes == [second.change])
        #expect(try journal.openChanges() == [first])
    }

    @Test("what was created and removed again is settled, makes no commit and takes no sequence")
    func nothing() throws {
        try journal.record(observe("/etc/.swp", bytes("1")))
        try journal.record(gone("/etc/.swp"))
        #expect(try journal.commitAll(node: node) == nil)
        #expect(try journal.openChanges().isEmpty)
        #expect(try journal.outbox(limit: 1).isEmpty)
        try journal.record(observe("/etc/a", bytes("1")))
        #expect(try journal.commitAll(node: node)?.sequence == 1)
    }

    @Test("sequences have no gaps, also over failures, restarts and pruned commits")
    func sequences() throws {
        var journal = journal
        for number in 1...6 as ClosedRange<Int64> {
            let change = try #require(try journal.record(observe("/etc/a", bytes("\(number)"))))
            #expect(throws: JournalError.self) {
                try journal.makeCommit(
                    of: [change.sequence, 999],
                    id: .make(at: noon),
                    node: node,
                    author: .unknown,
                    message: "",
                    trigger: .manual,
                    at: noon,
                    changes: [change.change]
                )
            }
            let commit = try #require(try journal.commitAll(node: node))
            #expect(commit.sequence == number)
            if number % 2 == 0 {
                try journal.acknowledge([commit.id], at: noon)
                try journal.prune(now: noon.adding(seconds: 40 * 86_400))
                try journal.close()
                journal = try Journal(folder: scratch.path)
            }
        }
    }

    @Test("each node identity counts from 1")
    func nodes() throws {
        try journal.record(observe("/etc/a", bytes("1")))
        #expect(try journal.commitAll(node: node)?.sequence == 1)
        try journal.record(observe("/etc/a", bytes("2")))
        #expect(try journal.commitAll(node: .make(at: noon))?.sequence == 1)
        try journal.record(observe("/etc/a", bytes("3")))
        #expect(try journal.commitAll(node: node)?.sequence == 2)
    }

    @Test("a row that is not open cannot be committed or settled, and then nothing was")
    func notOpen() throws {
        let change = try #require(try journal.record(observe("/etc/a", bytes("1"))))
        for wrong in [[change.sequence, 77], [change.sequence, change.sequence]] {
            let error = #expect(throws: JournalError.self) { try journal.settle(wrong) }
            #expect(error?.code == .notOpen)
        }
        #expect(try journal.openChanges() == [change])
        try journal.settle([change.sequence])
        #expect(throws: JournalError.self) { try journal.settle([change.sequence]) }
    }

    @Test(
        "the outbox gives commits oldest first until they are acknowledged, and acknowledging twice is harmless"
    )
    func outbox() throws {
        var commits: [FeedbackCommit] = []
        for number in 1...5 {
            try journal.record(observe("/etc/a", bytes("\(number)")))
            commits.append(
                try #require(try journal.commitAll(at: noon.adding(seconds: Double(number)), node: node))
            )
        }
        #expect(try journal.outbox(limit: 3) == Array(commits.prefix(3)))
        try journal.acknowledge([commits[1].id, .make(at: noon)], at: noon)
        try journal.acknowledge([commits[1].id, commits[0].id], at: noon.adding(seconds: 9))
        #expect(try journal.outbox(limit: 10) == Array(commits.dropFirst(2)))
        let summary = try journal.outboxSummary()
        #expect(summary.commits == 3)
        #expect(summary.oldest == noon.adding(seconds: 3))
    }

    @Test("the outbox ends with the commit that reaches the limit of changes")
    func outboxChanges() throws {
        for round in 1...4 {
            try journal.record((1...10).map { try observe("/etc/\($0)", bytes("\(round)")) }, at: noon)
            _ = try journal.commitAll(node: node)
        }
        #expect(try journal.outbox(limit: 10, changeLimit: 1).count == 1)
        #expect(try journal.outbox(limit: 10, changeLimit: 11).count == 2)
        #expect(try journal.outbox(limit: 10, changeLimit: 1000).count == 4)
    }

    @Test("open changes come in pieces by sequence, and by resource with all changes of each")
    func pieces() throws {
        for round in 1...3 {
            try journal.record((1...5).map { try observe("/etc/\($0)", bytes("\(round)")) }, at: noon)
        }
        try journal.record(package("nginx", "1-1"))
        #expect(try journal.openChanges(after: 4, limit: 3).map(\.sequence) == [5, 6, 7])

        var pieces: [[RecordedChange]] = []
        while case let piece = try journal.openChanges(ofResources: 2, after: pieces.last?.last?.change.key),
            !piece.isEmpty
        {
            pieces.append(piece)
        }
        #expect(pieces.map(\.count) == [6, 6, 4])
        #expect(
            pieces[0].map(\.change.key.name) == ["/etc/1", "/etc/1", "/etc/1", "/etc/2", "/etc/2", "/etc/2"]
        )
        #expect(pieces[0].map(\.sequence) == [1, 6, 11, 2, 7, 12])
        let whole = Change.net(try journal.openChanges().map(\.change))
        #expect(pieces.flatMap { Change.net($0.map(\.change)) } == whole)
    }

    @Test("the summary of open changes counts them with first, last and all sessions")
    func summary() throws {
        #expect(try journal.openSummary() == OpenSummary())
        try journal.record([observe("/etc/a", bytes("1"))], at: noon, sessions: ["3", "5"])
        try journal.record([observe("/etc/b", bytes("1"))], at: noon.adding(seconds: 60), sessions: ["7"])
        try journal.record([observe("/etc/c", bytes("1"))], at: noon.adding(seconds: 30))
        #expect(
            try journal.openSummary()
                == OpenSummary(
                    changes: 3,
                    first: noon,
                    last: noon.adding(seconds: 60),
                    sessions: ["3", "5", "7"]
                )
        )
        _ = try journal.commitAll(node: node)
        #expect(try journal.openSummary() == OpenSummary())
    }

    @Test("a commit id cannot be used twice")
    func sameID() throws {
        let id = CommitID.make(at: noon)
        func commit() throws -> FeedbackCommit? {
            let open = try journal.openChanges()
            return try journal.makeCommit(
                of: open.map(\.sequence),
                id: id,
                node: node,
                author: .unknown,
                message: "",
                trigger: .manual,
                at: noon,
                changes: open.map(\.change)
            )
        }
        try journal.record(observe("/etc/a", bytes("1")))
        _ = try commit()
        try journal.record(observe("/etc/a", bytes("2")))
        #expect(throws: JournalError.self) { try commit() }
        #expect(try journal.openChanges().count == 1)
    }
}
