import FabricAPI
import FabricClient
import FabricModel
import FoundationEssentials
import GRDB
import Glibc
import LinuxSystem
import Synchronization
import TrialFabric

private let connections = 32
private let commitsPerConnection = 300

/// Durable feedback commits of 5 changes, from 32 connections at once.
func measureServer(_ programs: Programs) throws -> [Figure] {
    struct Run {
        var server: Double
        var bare: Double
        var cost: Double { bare / server }
    }
    let run = try best(by: \Run.cost) {
        let folder = try TrialFolder()
        let server = try TrialServer(programs, in: folder)
        defer { server.stop() }
        let admin = try server.client(.admin)
        let senders = try (0..<connections).map { try Sender($0, admin, server.address) }
        let bare = try bareInserts(senders.flatMap(\.commits), in: folder)
        let rate = try send(with: senders)
        return Run(server: rate, bare: bare)
    }
    return [Figure("server.commits", run.server, "commits/s", reference: run.bare, ratio: .atLeast(0.4))]
}

/// One connection of a node, with everything that it will send already encoded.
private struct Sender: Sendable {
    let client: FabricClient
    let path: String
    let commits: [FeedbackCommit]
    let bodies: [[UInt8]]

    init(_ number: Int, _ admin: FabricClient, _ address: String) throws {
        let now = Timestamp(microseconds: WallClock.microseconds())
        let node = NodeID.make(at: now)
        let credentials = try admin.registerNode(RegisterNode(id: node, name: NodeName("node-\(number)")))
        client = try FabricClient(server: ServerAddress(address), token: credentials.token)
        path = "/v1/nodes/\(node)/commits"
        commits = try (1...commitsPerConnection).map { try Self.commit(of: node, Int64($0), now) }
        bodies = try commits.map { Array(try CanonicalJSON.encode(CommitUpload(commits: [$0]))) }
    }

    private static func commit(of node: NodeID, _ sequence: Int64, _ now: Timestamp) throws -> FeedbackCommit
    {
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
}

/// Sends everything; commits per second.
private func send(with senders: [Sender]) throws -> Double {
    let failures = Mutex<[String]>([])
    let begin = monotonicSeconds()
    let threads = try senders.map { sender in
        try WorkerThread.start(name: "sender") {
            do {
                for body in sender.bodies {
                    let answer = try sender.client.send(.post, sender.path, body: body)
                    guard answer.status == 200 else {
                        throw TrialError("the server answered \(answer.status)")
                    }
                }
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
    }
    for thread in threads where !thread.join(timeout: .seconds(300)) {
        throw TrialError("the server took over 300 s")
    }
    let seconds = monotonicSeconds() - begin
    if let failure = failures.withLock(\.first) { throw TrialError(failure) }
    return Double(connections * commitsPerConnection) / seconds
}

/// Inserts the same rows with nothing around it, 32 commits to a durable transaction; commits per second.
private func bareInserts(_ commits: [FeedbackCommit], in folder: TrialFolder) throws -> Double {
    let rows = try commits.map { commit in
        (commit: commit, changes: String(decoding: try CanonicalJSON.encode(commit.changes), as: UTF8.self))
    }
    let queue = try DatabaseQueue(path: folder["bare.sqlite"].path)
    try queue.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        try db.execute(
            sql: """
                CREATE TABLE commits (id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, node TEXT NOT NULL,
                    sequence INTEGER NOT NULL, at INTEGER NOT NULL, author TEXT NOT NULL, message TEXT NOT NULL,
                    changes TEXT NOT NULL, UNIQUE (node, sequence));
                CREATE TABLE queue (node TEXT NOT NULL, [commit] INTEGER NOT NULL, undecided INTEGER NOT NULL,
                    PRIMARY KEY (node, [commit])) WITHOUT ROWID;
                """
        )
    }
    let begin = monotonicSeconds()
    for start in stride(from: 0, to: rows.count, by: 32) {
        try queue.write { db in
            let insert = try db.cachedStatement(sql: "INSERT INTO commits VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)")
            let wait = try db.cachedStatement(sql: "INSERT INTO queue VALUES (?, ?, ?)")
            for (commit, changes) in rows[start..<min(start + 32, rows.count)] {
                try insert.execute(arguments: [
                    commit.id.text, commit.node.text, commit.sequence, commit.at.microseconds,
                    commit.author.name, commit.message, changes,
                ])
                try wait.execute(arguments: [commit.node.text, db.lastInsertedRowID, commit.changes.count])
            }
        }
    }
    return Double(rows.count) / (monotonicSeconds() - begin)
}
