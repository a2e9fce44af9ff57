import Dispatch
import FabricAPI
import FabricModel
import Foundation
import GRDB
import Synchronization
import Testing

@testable import ServerStore

struct GroupWriterTests {
    /// Counts the transactions that were committed.
    private final class Commits: TransactionObserver, Sendable {
        let count = Atomic(0)
        func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
        func databaseDidChange(with event: DatabaseEvent) {}
        func databaseDidCommit(_ db: Database) { count.add(1, ordering: .relaxed) }
        func databaseDidRollback(_ db: Database) {}
    }

    @Test("requests that come while one is written are one transaction")
    func grouping() async throws {
        try await withStore { store in
            let commits = Commits()
            store.pool.add(transactionObserver: commits, extent: .databaseLifetime)
            let begun = DispatchSemaphore(value: 0)
            let go = DispatchSemaphore(value: 0)
            async let first: Void = store.writer.perform { db in
                begun.signal()
                _ = go.wait(timeout: .now() + 60)
                try insert(0, db)
            }
            await withCheckedContinuation { continuation in
                DispatchQueue.global()
                    .async {
                        _ = begun.wait(timeout: .now() + 60)
                        continuation.resume()
                    }
            }
            for number in 1...50 {
                store.writer.note {
                    try insert(number, $0)
                } failed: { _ in
                }
            }
            go.signal()
            try await first
            try await store.writer.perform { try insert(51, $0) }
            #expect(try await numbers(store) == Array(0...51))
            #expect((2...3).contains(commits.count.load(ordering: .relaxed)))
        }
    }

    @Test("what a failing request wrote is taken back, and nothing else", arguments: [true, false])
    func isolation(_ isConstraint: Bool) async throws {
        try await withStore { store in
            let outcomes = await outcomes(of: 1...100, store) { number, db in
                try insert(number, db)
                guard number.isMultiple(of: 10) else { return }
                if isConstraint { try insert(number, db) }
                throw APIError(.conflict, "no")
            }
            #expect(
                outcomes.filter { $0.value != nil }.keys.sorted()
                    == Array(stride(from: 10, through: 100, by: 10))
            )
            let isRefused = outcomes.values.compactMap(\.self)
                .allSatisfy { ($0 as? APIError)?.code == .conflict }
            let isFailed = outcomes.values.compactMap(\.self)
                .allSatisfy { ($0 as? StoreError)?.code == .failed }
            #expect(isConstraint ? isFailed : isRefused)
            let kept = try await numbers(store)
            #expect(kept == (1...100).filter { !$0.isMultiple(of: 10) })
        }
    }

    @Test("a request that spoils the commit of its group fails alone")
    func commitFailure() async throws {
        try await withStore { store in
            let outcomes = await outcomes(of: 1...100, store) { number, db in
                try insert(number, db)
                guard number == 50 else { return }
                // Noticed at the end of the transaction only.
                try db.execute(sql: "PRAGMA defer_foreign_keys = ON")
                try db.execute(sql: "INSERT INTO queue VALUES (12345, 1, 1)")
            }
            #expect(outcomes.filter { $0.value != nil }.keys.sorted() == [50])
            let kept = try await numbers(store)
            #expect(kept == (1...100).filter { $0 != 50 })
        }
    }

    @Test("a full database is unavailable, loses nothing, and goes on when there is room again")
    func fullDatabase() async throws {
        try await withStore { store in
            let fabric = Fabric(store: store)
            let node = try await fabric.node("web1")
            try await limit(store, to: try await pages(store) + 20)
            var kept: [String] = []
            await expectRefusal(.unavailable, naming: "try again") {
                for number in 0..<1000 {
                    let text = (0..<8).map { _ in UUID().uuidString }.joined() + String(number)
                    try await fabric.content(text, from: node)
                    kept.append(text)
                }
            }
            #expect(!kept.isEmpty)
            // Nothing that compresses to what a page has room for.
            let large = (0..<9999).map { _ in UUID().uuidString }.joined()
            await expectRefusal(.unavailable) { try await fabric.content(large, from: node) }
            try await limit(store, to: 1_000_000)
            try await fabric.content("one", from: node)
            for text in kept + ["one"] {
                #expect(try await store.content(.sha256(text.utf8)) == Array(text.utf8))
            }
        }
    }

    private func pages(_ store: SQLiteStore) async throws -> Int {
        try await store.pool.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
    }

    private func limit(_ store: SQLiteStore, to pages: Int) async throws {
        try await store.pool.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
    }

    /// Performs a request per number at the same time; the errors by number.
    private func outcomes(
        of numbers: ClosedRange<Int>,
        _ store: SQLiteStore,
        _ body: @escaping @Sendable (Int, Database) throws -> Void
    ) async -> [Int: (any Error)?] {
        await withTaskGroup(of: (Int, (any Error)?).self) { group in
            for number in numbers {
                group.addTask {
                    do {
                        try await store.writer.perform { try body(number, $0) }
                        return (number, nil)
                    } catch {
                        return (number, error)
                    }
                }
            }
            return await group.reduce(into: [:]) { $0.updateValue($1.1, forKey: $1.0) }
        }
    }

    private func numbers(_ store: SQLiteStore) async throws -> [Int] {
        try await store.pool.read { db in
            try Int.fetchAll(db, sql: "SELECT at FROM audit WHERE action = 'test' ORDER BY at")
        }
    }
}

private func insert(_ number: Int, _ db: Database) throws {
    try db.execute(
        sql: "INSERT INTO audit (id, at, principal, action, subject) VALUES (?, ?, 'test', 'test', '')",
        arguments: [1_000_000 + number, number]
    )
}
