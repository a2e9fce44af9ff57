import FabricAPI
import FabricClient
import FabricModel
import FoundationEssentials
import GRDB
import Glibc
import LinuxSystem
import TrialFabric

private let connections = 32
private let commitsPerConnection = 300

/// Durable feedback commits of 5 changes, from 32 connections at once, by mutual TLS.
func measureServer(_ programs: Programs) throws -> [Figure] {
    struct Run {
        var server: Double
        var bare: Double
        var processorTime: String
        var cost: Double { bare / server }
    }
    let run = try best(by: \Run.cost) {
        let folder = try TrialFolder()
        let server = try TrialServer(programs, in: folder)
        defer { server.stop() }
        let senders = try (0..<connections)
            .map { number in
                let node = try server.enrol("node-\(number)")
                return try LoadConnection(to: server, as: node, exchanges(of: node.id, server))
            }
        guard let pid = server.process?.pid else { throw TrialError("the server ended") }
        let before = try ProcessorTime(server: pid)
        let begin = monotonicSeconds()
        try LoadConnection.run(senders)
        let seconds = monotonicSeconds() - begin
        let after = try ProcessorTime(server: pid)
        return Run(
            server: Double(connections * commitsPerConnection) / seconds,
            bare: try bareInserts(of: folder["server/store.sqlite"], in: folder),
            processorTime: after.perCommit(since: before)
        )
    }
    return [
        Figure(
            "server.commits",
            run.server,
            "commits/s",
            reference: run.bare,
            ratio: .atLeast(0.3),
            note: run.processorTime
        )
    ]
}

/// The processor time of the server and of this program, which sends to it.
private struct ProcessorTime {
    private let server: UInt64
    private let client: UInt64

    init(server pid: Int32) throws {
        guard let usage = try ProcessUsage.of(pid) else { throw TrialError("the server ended") }
        server = usage.cpuTicks
        client = try ProcessUsage.current().cpuTicks
    }

    /// What was used for each commit since an earlier moment.
    func perCommit(since earlier: ProcessorTime) -> String {
        let commits = Double(connections * commitsPerConnection * ProcessUsage.ticksPerSecond)
        let microseconds = [server - earlier.server, client - earlier.client]
            .map { Int((Double($0) * 1_000_000 / commits).rounded()) }
        return "processor time for a commit: server \(microseconds[0]) us, client \(microseconds[1]) us"
    }
}

/// The uploads of a new node, one for each of its commits, with their answers.
private func exchanges(
    of node: NodeID,
    _ server: TrialServer
) throws -> [LoadConnection.Exchange] {
    let now = Timestamp(microseconds: WallClock.microseconds())
    let address = try ServerAddress(server.address)
    return try (1...commitsPerConnection)
        .map { sequence in
            let commit = try commit(of: node, Int64(sequence), now)
            let body = try CanonicalJSON.encode(CommitUpload(commits: [commit]))
            let head = [
                "POST /v1/nodes/\(node)/commits HTTP/1.1", "Host: \(address.host):\(address.port)",
                "User-Agent: weft-bench", "Accept: application/json", "Content-Type: application/json",
                "Content-Length: \(body.count)",
            ]
            let answer = try CanonicalJSON.encode(CommitReceipt(accepted: [commit.id]))
            return LoadConnection.Exchange(
                request: Array("\(head.joined(separator: "\r\n"))\r\n\r\n".utf8) + body,
                answer: Array(answer)
            )
        }
}

/// A commit as a quiet batch of edits makes it.
private func commit(of node: NodeID, _ sequence: Int64, _ now: Timestamp) throws -> FeedbackCommit {
    let root = AccountReference(name: "root", id: 0)
    let changes = try (0..<5)
        .map { index in
            // Contents that were too large to keep need no upload: the figure is about commits.
            func state(_ version: Int) -> ResourceState {
                let digest = ContentDigest.sha256("\(node) \(sequence) \(index) \(version)".utf8)
                let content = FileContent(digest: digest, size: 20 << 20, withheld: .tooLarge)
                return .file(
                    FileState(type: .regular, mode: 0o644, owner: root, group: root, content: content)
                )
            }
            return Change(
                key: try ResourceKey("file:/etc/service-\(index)/service.conf"),
                before: state(1),
                after: state(2),
                at: now,
                actor: Actor(
                    tier: .inferred,
                    name: "alice",
                    session: "4",
                    evidence: "the only login session then, 4"
                )
            )
        }
    return FeedbackCommit(
        id: CommitID.make(at: now),
        node: node,
        sequence: sequence,
        author: Actor(tier: .inferred, name: "alice"),
        message: "edit /etc/service-0/service.conf and 4 more files",
        at: now,
        trigger: .quiet,
        changes: changes
    )
}

/// Inserts the rows of the server's database into the same tables with nothing around it, 32 commits to a durable
/// transaction; commits per second.
private func bareInserts(of store: URL, in folder: TrialFolder) throws -> Double {
    var reading = Configuration()
    reading.readonly = true
    let tables = try DatabaseQueue(path: store.path, configuration: reading)
        .read { db in try ["nodes", "commits", "queue"].map { try Table($0, in: db) } }
    let (nodes, commits, waiting) = (tables[0], tables[1], tables[2])
    let count = connections * commitsPerConnection
    guard commits.rows.count == count, waiting.rows.count == count else {
        throw TrialError(
            "the server stored \(commits.rows.count) of \(count) commits; \(waiting.rows.count) wait"
        )
    }
    let queue = try DatabaseQueue(path: folder["bare.sqlite"].path)
    try queue.writeWithoutTransaction { db in
        try db.execute(
            sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000"
        )
        for table in tables { try db.execute(sql: table.schema) }
        for row in nodes.rows { try db.execute(sql: nodes.insertion, arguments: row) }
    }
    let begin = monotonicSeconds()
    for start in stride(from: 0, to: count, by: 32) {
        try queue.write { db in
            let insert = try db.cachedStatement(sql: commits.insertion)
            let wait = try db.cachedStatement(sql: waiting.insertion)
            for index in start..<min(start + 32, count) {
                try insert.execute(arguments: commits.rows[index])
                try wait.execute(arguments: waiting.rows[index])
            }
        }
    }
    return Double(count) / (monotonicSeconds() - begin)
}

/// A table of the server's, as it was made and with all that is in it.
private struct Table {
    var schema: String
    var insertion: String
    var rows: [StatementArguments]

    init(_ name: String, in db: Database) throws {
        schema =
            try String.fetchOne(db, sql: "SELECT sql FROM sqlite_master WHERE name = ?", arguments: [name])
            ?? ""
        let marks = try db.columns(in: name).map { _ in "?" }.joined(separator: ", ")
        insertion = "INSERT INTO \(name) VALUES (\(marks))"
        rows = try Row.fetchAll(db, sql: "SELECT * FROM \(name) ORDER BY rowid")
            .map { StatementArguments($0.databaseValues) }
    }
}
