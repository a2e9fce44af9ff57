import FabricModel
import GRDB
import Glibc
import Journal
import SystemPackage
import Testing

@Suite("Migration")
struct MigrationTests {
    let scratch: ScratchFolder
    let journal: Journal

    init() throws {
        scratch = try ScratchFolder()
        let queue = try DatabaseQueue(path: scratch.path.appending("journal.sqlite").string)
        try queue.write { try $0.execute(sql: version1) }
        try queue.close()
        try #require(mkdir(scratch.path.appending("contents").string, 0o700) == 0)
        journal = try Journal(folder: scratch.path)
    }

    @Test("the baseline of version 1 reads back")
    func baseline() throws {
        #expect(try journal.baselineCompletedAt() == noon)
        #expect(
            try journal.keys(below: "/").map(\.name) == [
                "/etc/caf\\xe9", "/etc/shadow", "/etc/ssh/sshd_config",
            ]
        )
        let config = try #require(try journal.baseline(file("/etc/ssh/sshd_config")))
        let text = bytes(String(repeating: "Port 2222\n", count: 30))
        #expect(config.state == fileState(text))
        #expect(config.fingerprint?.inode == 100_003)
        #expect(try journal.content(.sha256(text)) == text)
        let secret = try #require(try journal.baseline(file("/etc/shadow"))?.state.content)
        #expect(secret.withheld == .secret(rule: "shadow"))
        guard case .file(let link) = try journal.baseline(file("/etc/caf\\xe9"))?.state else {
            Issue.record("the link is missing")
            return
        }
        #expect(link.target == "../\\xff")
        let nginx = try #require(try journal.packages()[ResourceKey("package:nginx")])
        #expect(nginx.instances.map(\.evr.description) == ["1:1.22.1-9"])
        #expect(nginx.reason == .user)
    }

    @Test("changes, commits, decisions and values of version 1 read back, and what follows counts on")
    func changes() throws {
        let log = try journal.log()
        #expect(log.map(\.state) == [.open, .sent, .decided(.approved)])
        #expect(log.map(\.recorded.change.isLate) == [true, false, false])
        #expect(log[1].recorded.sessions == ["3", "c1"])
        #expect(log[1].recorded.change.actor.tier == .inferred)
        let commit = try #require(try journal.commit(CommitID("01a0c0de-0000-7000-8000-000000000001")))
        #expect(commit.message == "open port 2222")
        #expect(commit.trigger == .logout)
        #expect(commit.changes.map(\.key.name) == ["/etc/caf\\xe9", "/etc/ssh/sshd_config"])
        #expect(try journal.outbox(limit: 1).isEmpty)
        #expect(try journal.heldResources().map(\.key.name) == ["/etc/caf\\xe9"])
        #expect(try journal.lastDecision() == 5)
        #expect(try journal.value("agent/name") == "some value")

        #expect(try journal.record(observe("/etc/new", bytes("1")))?.sequence == 4)
        #expect(try journal.commitAll(node: commit.node)?.sequence == 2)
        try journal.prune(now: noon.adding(seconds: 40 * 86_400))
        #expect(try journal.log().map(\.recorded.sequence) == [4, 3])
        #expect(try journal.heldResources().map(\.key.name) == ["/etc/caf\\xe9", "/etc/hosts", "/etc/new"])
        try Consistency.check(scratch.path)
    }

    @Test("the schema of a new journal is the one of version 1 brought up to date")
    func sameSchema() throws {
        func schema(_ folder: FilePath) throws -> [String] {
            let queue = try DatabaseQueue(path: folder.appending("journal.sqlite").string)
            defer { #expect(throws: Never.self) { try queue.close() } }
            return try queue.read { db in
                try String.fetchAll(
                    db,
                    sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name"
                )
            }
        }
        let new = try ScratchFolder()
        try Journal(folder: new.path).close()
        #expect(try schema(scratch.path) == schema(new.path))
        #expect(try schema(new.path).count > 10)
    }
}
