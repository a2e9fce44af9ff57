import FabricModel
import GRDB
import Synchronization
import SystemPackage
import Testing

@testable import Journal

@Suite("Durability")
struct DurabilityTests {
    let scratch: ScratchFolder
    let journal: Journal

    init() throws {
        scratch = try ScratchFolder()
        journal = try Journal(folder: scratch.path)
    }

    func setting(_ name: String) throws -> String? {
        try journal.write { db, _ in try String.fetchOne(db, sql: "PRAGMA \(name)") }
    }

    @Test("the connection that writes flushes each commit")
    func synchronous() throws {
        #expect(try setting("synchronous") == "2", "FULL")
        #expect(try setting("journal_mode") == "wal")
    }

    @Test("it does so again after a batch that is not worth a flush, and after one that failed")
    func relaxed() throws {
        try journal.record(observe("/etc/a", bytes("1"), fingerprint: 1))
        try journal.record(observe("/etc/a", bytes("1"), fingerprint: 2))
        #expect(try setting("synchronous") == "2")
        try journal.recordBaseline([observe("/etc/b", bytes("1"))])
        #expect(try setting("synchronous") == "2")
        let invalid = Observation(key: try file("/etc/c"), state: fileState(bytes("unknown")))
        #expect(throws: JournalError.self) { try journal.recordBaseline([invalid]) }
        #expect(try setting("synchronous") == "2")
    }

    @Test("only what may be lost is written without a flush")
    func which() throws {
        /// The setting under which each transaction is committed, from what SQLite says that it runs.
        func settings(_ body: () throws -> Void) throws -> [String] {
            let statements = Traced()
            try journal.write { db, _ in
                db.trace(options: .statement) { event in statements.add("\(event)") }
            }
            try body()
            try journal.write { db, _ in db.trace() }
            var setting = "FULL"
            var settings: [String] = []
            for statement in statements.all {
                switch statement {
                case "PRAGMA synchronous = NORMAL": setting = "NORMAL"
                case "PRAGMA synchronous = FULL": setting = "FULL"
                case "COMMIT": settings.append(setting)
                default: continue
                }
            }
            return settings
        }
        let first = try observe("/etc/a", bytes("1"), fingerprint: 1)
        let refreshed = try observe("/etc/a", bytes("1"), fingerprint: 2)
        let other = try observe("/etc/b", bytes("1"))
        #expect(try settings { try journal.recordBaseline([first]) } == ["NORMAL"])
        #expect(try settings { try journal.record(refreshed) } == ["NORMAL"])
        #expect(try settings { try journal.record(refreshed) } == [])
        #expect(try settings { try journal.record(other) } == ["FULL"])
        #expect(try settings { try journal.markBaselineComplete(at: noon) } == ["FULL"])
        #expect(try settings { try journal.recordBaseline([observe("/etc/c", bytes("1"))]) } == ["FULL"])
        #expect(try settings { _ = try journal.commitAll() } == ["FULL"])
    }

    private final class Traced: Sendable {
        private let statements = Mutex<[String]>([])
        var all: [String] { statements.withLock(\.self) }
        func add(_ statement: String) { statements.withLock { $0.append(statement) } }
    }

    @Test("memory stays small: caches of at most 2 MiB, no mapped files")
    func memory() throws {
        #expect(try setting("cache_size") == "-2048")
        #expect(try setting("mmap_size") == "0")
        #expect(try journal.read { try String.fetchOne($0, sql: "PRAGMA cache_size") } == "-512")
    }

    @Test("connections that read cannot write")
    func readOnly() throws {
        let error = #expect(throws: JournalError.self) {
            try journal.read { try $0.execute(sql: "DELETE FROM meta") }
        }
        #expect(error?.code == .unwritable)
    }

    @Test("a log that a crash cut off anywhere loses whole batches from its end, and nothing else")
    func tornLog() throws {
        for batch in 0..<6 {
            let observations = try (0..<4)
                .map { number in
                    try observe("/etc/\(number)", noise(300, seed: UInt64(batch * 4 + number)))
                }
            try journal.record(observations, at: noon.adding(seconds: Double(batch)))
        }
        let files = ["journal.sqlite", "journal.sqlite-wal"]
        let images = try files.map { try rawContents(scratch.path.appending($0)) }
        let log = images[1]
        #expect(log.count > 100_000)
        var counts: [Int] = []
        for length in stride(from: 0, through: log.count, by: 4121 * 3) + [log.count] {
            let copy = try ScratchFolder()
            try write(images[0], to: copy.path.appending(files[0]))
            try write(Array(log.prefix(length)), to: copy.path.appending(files[1]))
            let torn = try Journal(folder: copy.path)
            let open = try torn.openChanges()
            #expect(open == Array(try journal.openChanges().prefix(open.count)))
            #expect(open.count % 4 == 0)
            for change in open {
                let digest = try #require(change.change.after.keptDigest)
                #expect(try torn.content(digest) != nil)
            }
            let before = open.count
            #expect(try torn.record(observe("/etc/next", bytes("1"))) != nil)
            counts.append(before)
            try torn.close()
            try Consistency.check(copy.path)
        }
        #expect(counts == counts.sorted())
        #expect(counts.first == 0)
        #expect(counts.last == 24)
        #expect(Set(counts).count > 4)
    }
}
