import FabricAPI
import FabricModel
import Foundation
import GRDB
import Testing

@testable import ServerStore

struct EventMigrationTests {
    @Test("what happened before there was a feed is in it, in order also where the clock was set back")
    func earlierHistory() async throws {
        try await withTemporaryFolder { folder in
            let ids = (0..<2).map { _ in CommitID.make(at: Fabric.moment(0)).text }
            try StoreFolder(path: folder).prepare()
            let old = try DatabasePool(path: folder + "/store.sqlite")
            try Schema.migrator.migrate(old, upTo: "8d redactions")
            try await old.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO nodes (id, uuid, name, registered_at, last_decision) VALUES (1, ?, 'web1', 1, 3);
                        INSERT INTO tags (id, name, revision, entries) VALUES (1, 'node:web1', 0, 0), (2, 'web', 3, 1);
                        INSERT INTO layers VALUES (1, 0, 1), (1, 1, 2);
                        INSERT INTO commits VALUES
                        (1, ?, 1, 1, 5, 10, 'quiet', '{"name":"bob","tier":"inferred"}', 'first', 3, '[]'),
                        (2, ?, 1, 2, 5, 8, 'quiet', '{"tier":"unknown"}', 'second', 1, '[]');
                        INSERT INTO revisions (tag, number, at, author, message, items) VALUES
                        (2, 1, 20, 'alice', 'm1', '[{"after":{"absent":true},"key":"package:a"}]'),
                        (2, 2, 15, 'alice', 'm2', '[]'), (2, 3, 30, 'alice', 'm3', '[]');
                        INSERT INTO decisions VALUES
                        (1, 1, 1, 1, 'package:a', 'approved', NULL, 'alice', NULL, 20),
                        (1, 2, 1, 2, 'package:b', 'approved', 'web@1', 'alice', NULL, 20),
                        (1, 3, 1, 3, 'package:c', 'tolerated', NULL, 'alice', 'no', 25);
                        """,
                    arguments: [NodeID.make(at: Fabric.moment(0)).text, ids[0], ids[1]]
                )
            }
            try old.close()
            let store = try await SQLiteStore(folder: folder)
            let events = try await store.events(after: nil, limit: 99)
            #expect(
                events.map {
                    "\($0.kind.rawValue) \($0.at.microseconds) \($0.message ?? "-") \($0.changes ?? 0) "
                        + "\($0.revision?.description ?? "-")"
                } == [
                    "commit 10 first 3 -", "commit 8 second 1 -", "revision 20 m1 1 web@1",
                    "revision 15 m2 0 web@2",
                    "approval 20 - 2 web@1", "rejection 25 no 1 -", "revision 30 m3 0 web@3", "node 30 - 0 -",
                ]
            )
            #expect(events.last?.state == .behind)
            #expect(events[4].node?.text == "web1")
            #expect(events[4].author == "alice")
            try await store.close()
            let again = try await SQLiteStore(folder: folder)
            #expect(try await again.events(after: nil, limit: 99) == events)
            try await again.close()
        }
    }

    @Test(
        "a restored copy has other events after those that it knows, and cursors of the lost ones are refused"
    )
    func restoredCopy() async throws {
        try await withTemporaryFolder { folder in
            let store = try await SQLiteStore(folder: folder + "/a")
            let fabric = Fabric(store: store)
            try await fabric.tag("web")
            let known = try await fabric.set(TagName("web"), "package:a", .absent)
            let cursor = try #require(try await store.newestCursor())
            #expect(known != nil)
            try StoreFolder(path: folder + "/b").prepare()
            let copy = try DatabaseQueue(path: folder + "/b/store.sqlite")
            try store.pool.backup(to: copy)
            try copy.close()
            try await store.close()
            let restored = try await SQLiteStore(folder: folder + "/b")
            #expect(try await restored.events(after: cursor, limit: 9).isEmpty)
            let edit = try EditTag(
                items: [.init(key: ResourceKey("package:b"), entry: .absent)],
                message: "m"
            )
            _ = try await restored.edit(TagName("web"), edit, by: "bob", at: Fabric.moment(9999))
            let lost = EventCursor(id: 2, at: Fabric.moment(501)).text
            await expectRefusal(.unknownCursor) { _ = try await restored.events(after: lost, limit: 9) }
            #expect(try await restored.events(after: cursor, limit: 9).map(\.revision?.number) == [2])
            try await restored.close()
        }
    }

    @Test("a page of the feed is read without passing through what came before")
    func plan() async throws {
        try await withStore { store in
            let plan = try await store.pool.read { db in
                try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + EventRow.pageSQL, arguments: [1, 2])
                    .map { $0["detail"] as String }
            }
            #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") }, "\(plan)")
        }
    }

    @Test("nothing in the feed can be changed or taken away")
    func unchangeable() async throws {
        try await withStore { store in
            try await Fabric(store: store).node("web1")
            for sql in ["UPDATE events SET at = 0", "DELETE FROM events"] {
                await #expect(throws: DatabaseError.self) {
                    try await store.pool.write { try $0.execute(sql: sql) }
                }
            }
        }
    }
}
