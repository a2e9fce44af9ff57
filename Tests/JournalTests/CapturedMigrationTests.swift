import FabricModel
import Foundation
import GRDB
import Glibc
import Journal
import SystemPackage
import Testing

/// Journals of each earlier schema, captured by `Tests/Schemas/capture`.
@Suite("Migration from each schema")
struct CapturedMigrationTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Schemas")

    private func rows(_ path: String, like other: String) throws -> [String: [String]] {
        var columns: [String: [String]] = [:]
        try read(other) { db in
            let names = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
            for name in names where !name.hasPrefix("sqlite_") && !name.hasPrefix("grdb_") {
                columns[name] = try db.columns(in: name).map(\.name)
            }
        }
        var rows: [String: [String]] = [:]
        try read(path) { db in
            for (name, columns) in columns {
                let list = columns.map { "quote(\($0))" }.joined(separator: " || ' ' || ")
                rows[name] = try String.fetchAll(db, sql: "SELECT \(list) FROM \(name)").sorted()
            }
        }
        return rows
    }

    private func read(_ path: String, _ body: (Database) throws -> Void) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.read(body)
        try queue.close()
    }

    private func schema(_ path: String) throws -> [String] {
        var schema: [String] = []
        try read(path) { db in
            schema = try String.fetchAll(
                db,
                sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name"
            )
        }
        return schema
    }

    @Test(
        "an earlier journal gets the schema of a new one, keeps its rows, and works",
        arguments: ["1", "2", "3", "4"]
    )
    func migrate(version: String) throws {
        let scratch = try ScratchFolder()
        let (before, now) = (scratch.path.appending("before"), scratch.path.appending("journal.sqlite"))
        let sql = try String(
            contentsOf: Self.folder.appending(path: "journal-\(version).sql"),
            encoding: .utf8
        )
        for path in [before, now] {
            let queue = try DatabaseQueue(path: path.string)
            try queue.write { try $0.execute(sql: sql) }
            try queue.close()
        }
        try #require(mkdir(scratch.path.appending("contents").string, 0o700) == 0)
        let journal = try Journal(folder: scratch.path)
        #expect(try journal.log().count == 3)
        #expect(try journal.lastDecision() == 5)
        #expect(try journal.knownRevisions().isEmpty)
        try journal.close()

        let kept = try rows(before.string, like: before.string)
        #expect(kept["change"]?.count == 3)
        // What was about to be made when the daemon ended is kept until its steps have ended.
        #expect((kept["expectation"]?.count ?? 1) == 1 && (kept["roll_back"]?.count ?? 1) == 1)
        #expect(try rows(now.string, like: before.string) == kept)
        let new = try ScratchFolder()
        try Journal(folder: new.path).close()
        #expect(try schema(now.string) == schema(new.path.appending("journal.sqlite").string))

        let again = try Journal(folder: scratch.path)
        #expect(try again.record(observe("/etc/new", bytes("1")))?.sequence == 4)
        let node = try #require(try again.commit(CommitID("01a0c0de-0000-7000-8000-000000000001"))).node
        #expect(try again.commitAll(node: node)?.sequence == 2)
        try again.close()
    }
}
