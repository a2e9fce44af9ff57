import FabricModel
import Journal
import SystemPackage
import Testing

@Suite("Pruning")
struct PruningTests {
    let scratch: ScratchFolder
    let journal: Journal
    let later = noon.adding(seconds: 31 * 86_400)

    init() throws {
        scratch = try ScratchFolder()
        journal = try Journal(folder: scratch.path, options: JournalOptions(inlineContentLimit: 4096))
    }

    @Test("a decided commit goes 30 days after it was acknowledged, with what only it named")
    func acknowledged() throws {
        let texts = (0..<4).map { noise(3000 + $0 * 4000) }
        try journal.recordBaseline([observe("/etc/a", texts[0]), observe("/etc/b", texts[1])])
        try journal.record([observe("/etc/a", texts[2]), observe("/etc/b", texts[3])], at: noon)
        let commit = try #require(try journal.commitAll())
        try journal.acknowledge([commit.id], at: noon)
        try journal.recordDecisions(
            commit.changes.enumerated()
                .map { RecordedDecision(Int64($0.offset + 1), commit.id, $0.element.key, .approved) }
        )

        try journal.prune(now: noon.adding(seconds: 29 * 86_400))
        #expect(try journal.commit(commit.id) == commit)
        #expect(try journal.content(.sha256(texts[0])) == texts[0])

        try journal.prune(now: later)
        #expect(try journal.commit(commit.id) == nil)
        #expect(try journal.log().isEmpty)
        #expect(try texts.map { try journal.holds(.sha256($0)) } == [false, false, true, true])
        #expect(try journal.content(.sha256(texts[3])) == texts[3])
        let files = [texts[2], texts[3]].map { String(ContentDigest.sha256($0).hexDigits) }
        #expect(scratch.path.appending("contents").names == files.sorted())
        try Consistency.check(scratch.path)
    }

    @Test("what is open or was never acknowledged stays, however old")
    func kept() throws {
        try journal.record(observe("/etc/a", bytes("1")))
        let commit = try #require(try journal.commitAll())
        let open = try #require(try journal.record(observe("/etc/a", bytes("2"))))
        try journal.prune(now: noon.adding(seconds: 1000 * 86_400))
        #expect(try journal.outbox(limit: 1) == [commit])
        #expect(try journal.openChanges() == [open])
        for text in ["1", "2"] { #expect(try journal.content(.sha256(bytes(text))) == bytes(text)) }
    }

    @Test("settled changes go 30 days after they were seen")
    func settled() throws {
        let change = try #require(try journal.record(observe("/etc/a", bytes("1"))))
        try journal.record(gone("/etc/a"))
        try journal.settle([change.sequence, change.sequence + 1])
        try journal.prune(now: noon.adding(seconds: 29 * 86_400))
        #expect(try journal.log().count == 2)
        try journal.prune(now: later)
        #expect(try journal.log().isEmpty)
        #expect(try !journal.holds(.sha256(bytes("1"))))
        try Consistency.check(scratch.path)
    }

    @Test("decisions go with their commit, and the newest sequence is still known")
    func decisions() throws {
        try journal.record(observe("/etc/a", bytes("1")))
        let commit = try #require(try journal.commitAll())
        try journal.acknowledge([commit.id], at: noon)
        let decisions = try [(1, commit.id), (2, CommitID.make(at: noon))]
            .map { sequence, commit in
                RecordedDecision(sequence, commit, try file("/etc/a"), .approved)
            }
        try journal.recordDecisions(decisions)
        try journal.prune(now: later)
        #expect(try journal.lastDecision() == 2)
        #expect(try journal.heldResourceCount() == 0)
    }

    @Test("what is undecided or tolerated stays held, without its contents, until that ends")
    func held() throws {
        for path in ["/etc/a", "/etc/b", "/etc/c"] { try journal.record(observe(path, bytes(path))) }
        let commit = try #require(try journal.commitAll())
        try journal.acknowledge([commit.id], at: noon)
        try journal.recordDecisions([
            RecordedDecision(1, commit.id, file("/etc/a"), .approved),
            RecordedDecision(2, commit.id, file("/etc/b"), .tolerated),
        ])
        for path in ["/etc/a", "/etc/b", "/etc/c"] { try journal.record(observe(path, bytes("new \(path)"))) }
        let open = try journal.openChanges()

        try journal.prune(now: later)
        #expect(try journal.heldResources().map(\.key.name) == ["/etc/b", "/etc/c"])
        #expect(try journal.commit(commit.id) == commit)
        try journal.settle(open.map(\.sequence))
        try journal.prune(now: later)
        #expect(try journal.log().isEmpty)
        #expect(try !journal.holds(.sha256(bytes("/etc/b"))))
        #expect(try journal.heldResourceCount() == 2)

        try journal.recordDecisions([
            RecordedDecision(3, commit.id, file("/etc/b"), .approved),
            RecordedDecision(4, commit.id, file("/etc/c"), .approved),
        ])
        try journal.prune(now: later)
        #expect(try journal.commit(commit.id) == nil)
        #expect(try journal.heldResourceCount() == 0)
        try Consistency.check(scratch.path)
    }

    @Test("thousands of rows go in pieces, and their space is given back")
    func space() throws {
        for round in 0..<4 {
            let batch = try (0..<500)
                .map { try observe("/etc/\($0)", noise(1000, seed: UInt64(round * 500 + $0))) }
            try journal.record(batch, at: noon)
        }
        try journal.acknowledge([try #require(try journal.commitAll()).id], at: noon)
        try journal.close()
        let path = scratch.path.appending("journal.sqlite")
        let before = try #require(path.fileSize)

        let again = try Journal(folder: scratch.path)
        #expect(again.size == before)
        try again.prune(now: later)
        #expect(try again.log().isEmpty)
        #expect(try again.resourceCounts() == [.file: 500])
        #expect(again.size < before / 2)
        try again.close()
        #expect(try #require(path.fileSize) == again.size, "the file itself became smaller")
        try Consistency.check(scratch.path)
    }

    @Test("files that a crash left beside the journal are swept, those in use stay")
    func sweep() throws {
        let text = noise(9000)
        try journal.record(observe("/etc/a", text))
        let folder = scratch.path.appending("contents")
        let kept = String(ContentDigest.sha256(text).hexDigits)
        let orphan = String(ContentDigest.sha256(bytes("never committed")).hexDigits)
        for name in [orphan, kept + ".partial"] { try write(bytes("x"), to: folder.appending(name)) }
        try journal.prune(now: noon)
        #expect(folder.names == [kept])
        #expect(try journal.content(.sha256(text)) == text)
    }
}

extension RecordedDecision {
    fileprivate init(_ sequence: Int64, _ commit: CommitID, _ key: ResourceKey, _ outcome: Outcome) {
        self.init(sequence: sequence, commit: commit, key: key, outcome: outcome, by: "bob", at: noon)
    }
}
