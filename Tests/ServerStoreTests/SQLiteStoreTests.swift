import FabricAPI
import FabricModel
import Foundation
import GRDB
import Testing

@testable import ServerStore

struct SQLiteStoreTests {
    @Test("SQLite keeps the contract of a store", arguments: StoreContract.all)
    func contract(_ behaviour: StoreContract.Case) async throws {
        try await withStore { try await behaviour.check(Fabric(store: $0)) }
    }

    @Test("every commit is flushed to the disk")
    func durability() async throws {
        try await withStore { store in
            let pragmas = try await store.pool.writeWithoutTransaction { db in
                try ["synchronous", "journal_mode", "foreign_keys"]
                    .map {
                        try String.fetchOne(db, sql: "PRAGMA \($0)")
                    }
            }
            #expect(pragmas == ["2", "wal", "1"])
        }
    }

    @Test("folder and files are nobody else's")
    func permissionsOfFiles() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/a/store"
            let store = try await SQLiteStore(folder: path)
            try await Fabric(store: store).node("web1")
            #expect(try permissions(path) == 0o700)
            let names = try FileManager.default.contentsOfDirectory(atPath: path)
            #expect(names.sorted() == ["store.sqlite", "store.sqlite-shm", "store.sqlite-wal"])
            for name in names { #expect(try permissions("\(path)/\(name)") == 0o600, "\(name)") }
            try await store.close()
        }
    }

    @Test("an open folder is closed when it is the store's or empty, and refused when it holds other things")
    func openFolders() async throws {
        try await withTemporaryFolder { folder in
            for _ in 0..<2 {
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
                try await SQLiteStore(folder: folder).close()
                #expect(try permissions(folder) == 0o700)
            }
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o644],
                ofItemAtPath: folder + "/store.sqlite"
            )
            try await SQLiteStore(folder: folder).close()
            #expect(try permissions(folder + "/store.sqlite") == 0o600)
        }
        try await withTemporaryFolder { folder in
            try Data().write(to: URL(filePath: folder + "/other"))
            await expectNotOpened(.folderNotPrivate, folder)
            #expect(try permissions(folder) == 0o755)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["other"])
            await expectNotOpened(.cannotOpen, folder + "/other")
        }
    }

    @Test("what is no database is damaged, and left as it is")
    func garbage() async throws {
        try await withTemporaryFolder { folder in
            let garbage = Data(repeating: 0x5A, count: 8192)
            let path = folder + "/store.sqlite"
            try garbage.write(to: URL(filePath: path))
            await expectNotOpened(.damaged, folder)
            #expect(FileManager.default.contents(atPath: path) == garbage)
        }
    }

    @Test("a database that a newer program wrote is refused")
    func newerSchema() async throws {
        try await withTemporaryFolder { folder in
            let store = try await SQLiteStore(folder: folder)
            try await store.pool.write { db in
                try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('999 from the future')")
            }
            try await store.close()
            await expectNotOpened(.newerSchema, folder)
        }
    }

    @Test("migrations are only ever added")
    func migrations() async throws {
        let migrations = [
            "1 nodes, commits, tags", "2 tokens are used up and revoked", "3 pauses",
            "4 flags, revisions that follow",
            "5 slots, history of entries", "6 convergence of nodes", "7 certificates, candidates",
            "8 chain of revisions", "8b history of inclusions", "8c audit of refusals",
            "8d redactions",
            "9 facts of nodes", "10 events", "10b webhooks",
            "11 lives of the store", "11b uploads",
            "12 token scopes",
        ]
        #expect(Schema.migrator.migrations == migrations)
        try await withStore { store in
            let isComplete = try await store.pool.read { try Schema.migrator.hasCompletedMigrations($0) }
            #expect(isComplete)
        }
    }

    @Test("a database of the first version keeps its tokens, as good as new")
    func firstVersion() async throws {
        try await withTemporaryFolder { folder in
            let digest = ContentDigest.sha256("token".utf8)
            try StoreFolder(path: folder).prepare()
            let old = try DatabasePool(path: folder + "/store.sqlite")
            try Schema.migrator.migrate(old, upTo: "1 nodes, commits, tags")
            try await old.write { db in
                try db.execute(
                    sql: "INSERT INTO tokens (digest, name, role, added_at) VALUES (?, 'rack', 'enrol', 1)",
                    arguments: [digest.text]
                )
            }
            try old.close()
            let store = try await SQLiteStore(folder: folder)
            #expect(try await store.tokens().map(\.usedAt) == [nil])
            let web = try RegisterNode(id: .make(at: Fabric.moment(0)), name: NodeName("web1"))
            try await store.register(
                web,
                Credential(sample: .sha256([])),
                by: .token(digest),
                at: Fabric.moment(1)
            )
            #expect(try await store.tokens().first?.usedAt == Fabric.moment(1))
            try await store.close()
        }
    }

    @Test("what changed is known too where it changed before there was a history of entries")
    func thirdVersion() async throws {
        try await withTemporaryFolder { folder in
            let node = NodeID.make(at: Fabric.moment(0))
            try StoreFolder(path: folder).prepare()
            let old = try DatabasePool(path: folder + "/store.sqlite")
            try Schema.migrator.migrate(old, upTo: "3 pauses")
            try await old.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO nodes (id, uuid, name, registered_at) VALUES (1, ?, 'web1', 1);
                        INSERT INTO tags (id, name, revision, entries) VALUES (1, 'node:web1', 3, 1);
                        INSERT INTO layers VALUES (1, 0, 1);
                        INSERT INTO entries VALUES (1, 'package:a', NULL, NULL, 2);
                        INSERT INTO entries VALUES (1, 'package:b', '{"absent":true}', NULL, 3);
                        INSERT INTO revisions (tag, number, at, author, message, items) VALUES
                        (1, 1, 1, 'x', 'm', '[{"after":{"absent":true},"key":"package:a"}]'),
                        (1, 2, 1, 'x', 'm', '[{"before":{"absent":true},"key":"package:a"}]'),
                        (1, 3, 1, 'x', 'm', '[{"after":{"absent":true},"key":"package:b"}]');
                        """,
                    arguments: [node.text]
                )
            }
            try old.close()
            let store = try await SQLiteStore(folder: folder)
            let fabric = Fabric(store: store)
            let package = try ResourceKey("package:a")
            var digest = ConfigurationDigest()
            digest.add("package:a", tag: "node:web1", revision: 1)
            let life = try await store.pool.read { try StoreLife.current(in: $0).id.suffix(8) }
            let changes = try #require(
                try await fabric.difference(of: node, since: "2-1.1-0-0-\(digest)-\(life)")?.changes
            )
            #expect(changes.removed == [package])
            #expect(changes.items.map(\.revision) == [3])
            #expect(try await changes.etag == fabric.etag(of: node))
            try await store.close()
        }
    }

    @Test("what nodes included before there was a history of it is known from the audit log")
    func inclusions() async throws {
        try await withTemporaryFolder { folder in
            let node = NodeID.make(at: Fabric.moment(0))
            try StoreFolder(path: folder).prepare()
            let old = try DatabasePool(path: folder + "/store.sqlite")
            try Schema.migrator.migrate(old, upTo: "6 convergence of nodes")
            try await old.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO nodes (id, uuid, name, registered_at) VALUES (1, ?, 'web1', 1000000);
                        INSERT INTO tags (id, name) VALUES (1, 'node:web1'), (2, 'a'), (3, 'b');
                        INSERT INTO layers VALUES (1, 0, 1), (1, 1, 3);
                        INSERT INTO audit (at, principal, action, subject, detail) VALUES
                        (2000000, 'x', 'include', 'web1', 'b a'), (3000000, 'x', 'pause', 'web1', NULL),
                        (4000000, 'x', 'include', 'web1', ''), (5000000, 'x', 'include', 'web1', 'b');
                        """,
                    arguments: [node.text]
                )
            }
            try old.close()
            let store = try await SQLiteStore(folder: folder)
            for (second, tags) in [
                (1, ["node:web1"]), (3, ["node:web1", "b", "a"]), (4, ["node:web1"]),
                (6, ["node:web1", "b"]),
            ] as [(Int64, [String])] {
                let time = Timestamp(seconds: second)
                let explanation = try await store.explain(ResourceKey("package:a"), on: node, at: time)
                #expect(explanation.layers.map(\.tag.text) == tags, "\(second)")
            }
            try await store.close()
        }
    }

    @Test("an entity tag of another version, another life or a later revision is answered with the whole")
    func foreignEntityTags() async throws {
        try await withStore { store in
            let fabric = Fabric(store: store)
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            try await fabric.set(web, "package:a", .absent)
            let now = try await store.configuration(of: node)
            let otherLife = now.etag.dropLast(8) + "00000000"
            let ahead = now.etag.replacing(".1-", with: ".2-")
            for etag in ["1" + now.etag.dropFirst(), String(otherLife), ahead] {
                #expect(etag != now.etag)
                #expect(try await fabric.difference(of: node, since: etag) == .whole(now), "\(etag)")
            }
        }
    }

    @Test("what changed is found without passing through what did not")
    func changesPlan() async throws {
        try await withStore { store in
            let plan = try await store.pool.read { db in
                try [ConfigurationStep.changedSQL, ConfigurationStep.winnerSQL]
                    .flatMap { sql in
                        try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: [1, 2, 3])
                            .map { $0["detail"] as String }
                    }
            }
            #expect(plan.count == 2)
            #expect(
                plan[0].hasPrefix("SEARCH entry_history USING COVERING INDEX entry_history_by_revision"),
                "\(plan)"
            )
            #expect(plan[1].hasPrefix("SEARCH entry_history USING PRIMARY KEY"), "\(plan)")
        }
    }

    @Test("a token that another process revokes is good for no further request")
    func revokedElsewhere() async throws {
        try await withTemporaryFolder { folder in
            let server = try await SQLiteStore(folder: folder)
            let digest = ContentDigest.sha256("token".utf8)
            let alice = Principal(name: "alice", role: .admin)
            try await server.addToken(digest: digest, principal: alice, at: Fabric.moment(0))
            #expect(try await server.principal(of: digest, at: Fabric.moment(0)) == alice)
            let other = try await SQLiteStore(folder: folder)
            _ = try await other.revokeToken("alice", by: "root", at: Fabric.moment(1))
            #expect(try await server.principal(of: digest, at: Fabric.moment(0)) == nil)
            try await other.close()
            try await server.close()
        }
    }

    @Test("all of it is there after the store was closed and opened again")
    func reopening() async throws {
        try await withTemporaryFolder { folder in
            let first = try await SQLiteStore(folder: folder)
            let fabric = Fabric(store: first)
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            let changes = [try Sample.edit("/etc/a", nil, "one"), try Sample.edit("/etc/b", nil, "two")]
            let commit = try await fabric.commit(node, 1, changes)
            try await fabric.approve(commit, [1], into: web)
            try await first.touch(node, at: Fabric.moment(77))
            let before = try await everything(of: first, node, web, commit.id)
            try await first.close()

            let second = try await SQLiteStore(folder: folder)
            #expect(try await everything(of: second, node, web, commit.id) == before)
            #expect(try await second.node("web1").lastContact == Fabric.moment(77))
            #expect(try await second.content(.sha256("two".utf8)) == Array("two".utf8))
            try await second.close()
        }
    }

    @Test("an entity tag and a slot are good after the store was closed and opened again")
    func restart() async throws {
        try await withTemporaryFolder { folder in
            let first = Fabric(store: try await SQLiteStore(folder: folder))
            let node = try await first.node("web1")
            let web = try await first.tag("web", includedBy: node)
            try await first.set(web, "package:a", .absent)
            let etag = try await first.etag(of: node)
            _ = try await first.store
                .takeSlots([web], for: node, of: etag, isProvisional: false, at: Fabric.moment(0))
            try await (first.store as? SQLiteStore)?.close()

            let store = try await SQLiteStore(folder: folder)
            let second = Fabric(store: store)
            #expect(try await second.difference(of: node, since: etag) == nil)
            try await second.set(web, "package:b", .absent)
            let changes = try await second.difference(of: node, since: etag)?.changes
            #expect(changes?.items.map(\.key.description) == ["package:b"])
            #expect(try await store.releaseSlots(of: node) == [web])
            try await store.close()
        }
    }

    private func everything(
        of store: SQLiteStore,
        _ node: NodeID,
        _ tag: TagName,
        _ commit: CommitID
    ) async throws -> [AnyHashable] {
        [
            try await store.nodes(), try await store.tags(), try await store.tag(tag),
            try await store.revisions(of: tag, before: nil, limit: 9), try await store.queue(node: nil),
            try await store.commit(commit.text), try await store.decisions(for: node, after: 0),
            try await store.configuration(of: node), try await store.generation(),
        ]
    }

    @Test("a closed store refuses everything as unavailable, and can be closed again")
    func closing() async throws {
        try await withTemporaryFolder { folder in
            let store = try await SQLiteStore(folder: folder)
            try await store.close()
            try await store.close()
            let fabric = Fabric(store: store)
            await expectRefusal(.unavailable) { try await fabric.node("web1") }
            await expectRefusal(.unavailable) { _ = try await store.nodes() }
        }
    }

    @Test("the queue is read without passing through the history")
    func queuePlan() async throws {
        try await withStore { store in
            let plan = try await store.pool.read { db in
                try Row.fetchAll(
                    db,
                    sql: "EXPLAIN QUERY PLAN " + SQLiteStore.queueSQL(ofOneNode: true),
                    arguments: [0, 10, 1]
                )
                .map { $0["detail"] as String }
            }
            #expect(plan.contains { $0.hasPrefix("SEARCH q USING INTEGER PRIMARY KEY (rowid>?)") }, "\(plan)")
            #expect(plan.contains { $0.hasPrefix("SEARCH c USING INTEGER PRIMARY KEY") }, "\(plan)")
            #expect(!plan.contains { $0.hasPrefix("SCAN c") }, "\(plan)")
        }
    }
}
