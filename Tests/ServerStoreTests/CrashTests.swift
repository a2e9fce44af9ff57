import FabricAPI
import FabricModel
import Foundation
import GRDB
import Glibc
import ServerStore
import Synchronization
import Testing

struct CrashTests {
    @Test(
        "what was accepted before a kill at any moment is there afterwards, whole and once",
        arguments: [1, 9, 60, 250]
    )
    func kill(after count: Int) async throws {
        try await withTemporaryFolder { folder in
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [folder = folder as String, count = count as Int] in
                try await Workload.run(in: folder, killedAfter: count)
            }
            let text = try String(contentsOfFile: Workload.accepted(in: folder), encoding: .utf8)
            let accepted = text.split(separator: "\n").map(String.init)
            #expect(accepted.count >= count)

            let store = try await SQLiteStore(folder: folder + "/store")
            let queue = try await store.queue(node: nil)
            #expect(Set(queue.map(\.id)).count == queue.count)
            #expect(Set(queue.map(\.id.text)).isSuperset(of: accepted))
            var sequences: [Int64] = []
            for row in queue {
                let commit = try await store.commit(row.id.text)
                #expect(commit.changes.count == 5)
                sequences.append(commit.sequence)
            }
            #expect(Set(sequences).count == sequences.count)
            // Who had no answer asks again.
            let next = (sequences.max() ?? 0) + 1
            let again = try Workload.commit(next)
            #expect(try await store.add([again], from: Workload.node, at: Fabric.moment(9)) == [again.id])
            try await store.close()
            try checkIntegrity(folder + "/store")
        }
    }
}

/// Many nodes' worth of uploads at once, up to a kill.
private enum Workload {
    static let node = NodeID(checked: "01900000-0000-7000-8000-000000000001")

    static func accepted(in folder: String) -> String { folder + "/accepted" }

    static func commit(_ sequence: Int64) throws -> FeedbackCommit {
        let changes = try (0..<5).map { try Sample.edit("/etc/\(sequence)/\($0)", "one", nil) }
        return Fabric.commit(of: node, sequence, changes)
    }

    static func run(in folder: String, killedAfter count: Int) async throws {
        let store = try await SQLiteStore(folder: folder + "/store")
        let registration = RegisterNode(id: node, name: try NodeName("web1"))
        let fabric = Fabric(store: store)
        try await store.register(
            registration,
            Credential(sample: .sha256("t".utf8)),
            by: .token(try await fabric.admin()),
            at: Fabric.moment(0)
        )
        try await fabric.content("one", from: node)
        let log = open(accepted(in: folder), O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let answers = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for round in 0..<10_000 {
                        let commit = try Workload.commit(Int64(round * 8 + task + 1))
                        for id in try await store.add([commit], from: node, at: Fabric.moment(1)) {
                            let line = Array("\(id)\n".utf8)
                            guard write(log, line, line.count) == line.count else { return }
                        }
                        if answers.next() == count { Glibc.kill(getpid(), SIGKILL) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private final class Counter: Sendable {
        private let count = Atomic(0)
        func next() -> Int { count.add(1, ordering: .sequentiallyConsistent).newValue }
    }
}

/// Has SQLite look through the whole database.
func checkIntegrity(_ folder: String) throws {
    let database = try DatabaseQueue(path: folder + "/store.sqlite")
    try database.read { db in
        let result = try String.fetchAll(db, sql: "PRAGMA integrity_check")
        #expect(result == ["ok"])
        let violations = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check")
        #expect(violations.isEmpty)
    }
    try database.close()
}
