import FabricModel
import Glibc
import Journal
import SystemPackage
import Testing

@Suite("Killed at any moment")
struct CrashTests {
    let scratch: ScratchFolder
    var folder: FilePath { scratch.path.appending("state") }
    var receipts: FilePath { scratch.path.appending("receipts") }

    init() throws {
        scratch = try ScratchFolder()
    }

    /// One line for each call that returned, written by the process that was killed.
    func lines() throws -> [[String]] {
        guard receipts.fileSize != nil else { return [] }
        let text = String(decoding: try rawContents(receipts), as: UTF8.self)
        // The last line may be cut off.
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map { $0.split(separator: " ").map(String.init) }
    }

    @Test(
        "what was recorded, committed and acknowledged before kill -9 is there, nothing by halves and nothing twice"
    )
    func workload() async throws {
        let node = NodeID.make(at: noon)
        for round in 0..<10 {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [
                    state = folder.string as String, receipts = receipts.string as String,
                    node = node.text as String,
                    round = round as Int
                ] in
                try CrashWorkload(state, receipts, NodeID(node))
                    .run(round: round, milliseconds: 20 + round * 23)
            }
            try check()
        }
        #expect(try lines().contains { $0[0] == "commit" })
    }

    private func check() throws {
        let journal = try Journal(folder: folder, options: CrashWorkload.options)
        let log = try journal.log(limit: .max)
        let sequences = log.map(\.recorded.sequence)
        #expect(Set(sequences).count == sequences.count)
        let logged = Set(sequences)
        for line in try lines() where line[0] == "record" {
            #expect(Set(line.dropFirst().compactMap { Int64($0) }).isSubset(of: logged))
        }
        // Batches are whole: each writes eight files with one time.
        let batches = Dictionary(grouping: log) { $0.recorded.change.at }
        #expect(batches.values.allSatisfy { $0.count == 8 })
        for entry in log {
            let digest = try #require(entry.recorded.change.after.keptDigest)
            #expect(try journal.content(digest) != nil)
        }
        // The newest change of a resource is its baseline.
        var seen: Set<ResourceKey> = []
        for entry in log where seen.insert(entry.recorded.change.key).inserted {
            #expect(try journal.baseline(entry.recorded.change.key)?.state == entry.recorded.change.after)
        }
        let commits = Set(log.compactMap(\.commit)).compactMap { try? journal.commit($0) }
        #expect(commits.map(\.sequence).sorted() == Array(1..<(Int64(commits.count) + 1)))
        for line in try lines() where line[0] == "commit" {
            #expect(commits.contains { $0.id.text == line[1] && String($0.sequence) == line[2] })
        }
        let waiting = Set(try journal.outbox(limit: .max).map(\.id.text))
        for line in try lines() where line[0] == "acknowledge" { #expect(!waiting.contains(line[1])) }
        try journal.close()
        try Consistency.check(folder)
    }

    @Test("a baseline that was killed half-way is known as unfinished, and taken again makes no changes")
    func baseline() async throws {
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [state = folder.string as String] in
            let journal = try Journal(folder: FilePath(state))
            for batch in 0..<3 {
                try journal.recordBaseline(
                    (0..<20).map { try observe("/etc/\(batch)/\($0)", bytes("\($0)")) }
                )
            }
            kill(getpid(), SIGKILL)
        }
        let journal = try Journal(folder: folder)
        #expect(try journal.baselineCompletedAt() == nil)
        #expect(try journal.resourceCounts() == [.file: 60])
        try journal.recordBaseline(
            (0..<80).map { try observe("/etc/\($0 / 20)/\($0 % 20)", bytes("\($0 % 20)")) }
        )
        try journal.markBaselineComplete(at: noon)
        #expect(try journal.lastSequence() == 0)
        #expect(try journal.resourceCounts() == [.file: 80])
    }
}

/// Records, commits and acknowledges until it is killed, and writes down what returned.
struct CrashWorkload {
    static let options = JournalOptions(inlineContentLimit: 3000)

    let journal: Journal
    let receipts: FileDescriptor
    let node: NodeID

    init(_ state: String, _ receipts: String, _ node: NodeID) throws {
        journal = try Journal(folder: FilePath(state), options: Self.options)
        self.receipts = try FileDescriptor.open(
            FilePath(receipts),
            .writeOnly,
            options: [.create, .append],
            permissions: .ownerReadWrite
        )
        self.node = node
    }

    func run(round: Int, milliseconds: Int) throws {
        var timer = itimerval(
            it_interval: timeval(tv_sec: 0, tv_usec: 0),
            it_value: timeval(tv_sec: 0, tv_usec: milliseconds * 1000)
        )
        // The alarm comes at any instruction, also within SQLite.
        signal(SIGALRM) { _ in kill(getpid(), SIGKILL) }
        // ITIMER_REAL, which Swift imports as another type than the function takes.
        setitimer(0, &timer, nil)
        for batch in 1... {
            let time = noon.adding(seconds: Double(round * 100_000 + batch))
            let observations = try (0..<8)
                .map { number in
                    let size = number == 0 ? 4000 : 200
                    return try observe(
                        "/etc/\(number)",
                        noise(size, seed: UInt64(round * 1_000_000 + batch * 8 + number))
                    )
                }
            let changes = try journal.record(observations, at: time)
            try note("record " + changes.map { String($0.sequence) }.joined(separator: " "))
            guard batch % 3 == 0, let commit = try journal.commitAll(at: time, node: node) else { continue }
            try note("commit \(commit.id) \(commit.sequence)")
            guard let oldest = try journal.outbox(limit: 1).first else { continue }
            try journal.acknowledge([oldest.id], at: time)
            try note("acknowledge \(oldest.id)")
        }
    }

    private func note(_ line: String) throws { _ = try receipts.writeAll(bytes(line + "\n")) }
}
