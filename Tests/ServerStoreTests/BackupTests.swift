import FabricAPI
import FabricModel
import Foundation
import GRDB
import Testing

@testable import ServerStore

@Suite struct BackupTests {
    /// The folder of a store, and the place of its backup.
    private struct Place {
        let root: String
        var store: String { root + "/store" }
        var backup: String { root + "/backup" }

        func restore(
            into folder: String? = nil,
            isReplacing: Bool = true,
            at: Timestamp = Fabric.moment(1000)
        ) async throws -> StoreRestoration.Outcome {
            try await StoreRestoration(
                of: backup,
                into: folder ?? store,
                at: at,
                authority: "identity/ca.crt"
            )
            .restore(isReplacing: isReplacing, by: "root")
        }

        /// Changes the backup as damage or another program would.
        func spoil(_ sql: String) throws {
            let queue = try DatabaseQueue(path: backup)
            try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
            try queue.close()
        }
    }

    /// Runs a test with a store of which a backup is made when it holds a node, a tag, a commit and a token.
    private func withBackup(
        _ body: (_ place: Place, _ fabric: Fabric, _ store: SQLiteStore, _ node: NodeID) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { root in
            let place = Place(root: root)
            let store = try await SQLiteStore(folder: place.store)
            let fabric = Fabric(store: store)
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
            try await fabric.commit(node, 1, [Sample.edit("/etc/b", nil, "two")])
            try await fabric.store.addToken(
                digest: .sha256("alice".utf8),
                principal: Principal(name: "alice", role: .reader),
                at: Fabric.moment(0)
            )
            try await store.backUp(to: place.backup, from: place.store, by: "root", at: Fabric.moment(900))
            try await body(place, fabric, store, node)
        }
    }

    private func expectError(
        _ code: StoreError.Code,
        _ subject: String,
        at location: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Void
    ) async {
        do {
            try await body()
            Issue.record("nothing was refused", sourceLocation: location)
        } catch let error as StoreError {
            #expect(error.code == code, "\(error)", sourceLocation: location)
            #expect(error.subject == subject, sourceLocation: location)
        } catch {
            Issue.record(error, sourceLocation: location)
        }
    }

    @Test("a backup has what was there when it was made, and nothing that came later")
    func roundTrip() async throws {
        try await withBackup { place, fabric, store, node in
            let web = try TagName("web")
            let before = try await store.tag(web)
            try await fabric.set(web, "file:/etc/a", Sample.entry("three"))
            try await fabric.commit(node, 2, [Sample.edit("/etc/c", nil, "four")])
            try await store.close()
            #expect(try permissions(place.backup) == 0o600)

            let outcome = try await place.restore()
            #expect(outcome.madeAt == Fabric.moment(900))
            let restored = try await SQLiteStore(folder: place.store)
            #expect(try await restored.tag(web) == before)
            #expect(try await restored.queuedSequences() == [1])
            #expect(try await restored.content(.sha256("two".utf8)) == Array("two".utf8))
            await expectRefusal(.unknownContent) { _ = try await restored.content(.sha256("four".utf8)) }
            #expect(try permissions(place.store + "/store.sqlite") == 0o600)
            let audit = try await restored.audit(AuditFilter(action: "restore"), before: nil, limit: 9)
            #expect(audit.map(\.subject) == [place.backup])
            let next = try await Fabric(store: restored).set(web, "file:/etc/a", Sample.entry("five"))
            #expect(next?.number == before.tag.revision + 1)
            #expect(try await restored.verify(web).fault == nil)
            try await restored.close()
        }
    }

    @Test("a backup that is made while others write is one that could have been made between two writes")
    func online() async throws {
        try await withTemporaryFolder { root in
            let place = Place(root: root)
            let store = try await SQLiteStore(folder: place.store)
            let fabric = Fabric(store: store)
            let node = try await fabric.node("web1")
            let other = try await SQLiteStore(folder: place.store)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 1...60 {
                        try await fabric.commit(
                            node,
                            Int64(number),
                            [Sample.edit("/etc/\(number)", nil, "one")]
                        )
                    }
                }
                group.addTask {
                    try await other.backUp(
                        to: place.backup,
                        from: place.store,
                        by: "root",
                        at: Fabric.moment(900)
                    )
                }
                try await group.waitForAll()
            }
            try await other.close()
            try await store.close()
            _ = try await place.restore()
            let restored = try await SQLiteStore(folder: place.store)
            let sequences = try await restored.queuedSequences()
            #expect(sequences == Array(0..<Int64(sequences.count)).map { $0 + 1 })
            try await restored.close()
        }
    }

    @Test("it is the same store after a restore, in another life, each time")
    func identity() async throws {
        try await withBackup { place, _, store, node in
            let before = try await store.handshake(Handshake(life: nil, tags: []), from: node)
            try await store.close()
            var lives = [before.life]
            for number in 1...2 {
                _ = try await place.restore(at: Fabric.moment(1000 + Int64(number)))
                let restored = try await SQLiteStore(folder: place.store)
                let answer = try await restored.handshake(Handshake(life: nil, tags: []), from: node)
                #expect(answer.store == before.store)
                #expect(answer.restoredAt == Fabric.moment(1000 + Int64(number)))
                lives.append(answer.life)
                try await restored.close()
            }
            #expect(before.restoredAt == nil && Set(lives).count == 3)
        }
    }

    @Test("a store that is there is replaced only when that is said, and kept then")
    func replacing() async throws {
        try await withBackup { place, fabric, store, node in
            try await fabric.commit(node, 2, [Sample.edit("/etc/c", nil, "four")])
            try await store.close()
            await expectError(.cannotOpen, place.store) { _ = try await place.restore(isReplacing: false) }
            let outcome = try await place.restore()
            let replaced = try #require(outcome.replaced)
            let kept = place.root + "/kept"
            try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: false)
            try FileManager.default.copyItem(atPath: replaced, toPath: kept + "/store.sqlite")
            let old = try await SQLiteStore(folder: kept)
            #expect(try await old.queuedSequences() == [1, 2])
            try await old.close()
            let names = try FileManager.default.contentsOfDirectory(atPath: place.store)
            #expect(names.filter { $0.contains("restoring") }.isEmpty)
        }
    }

    @Test(
        "what was redacted or revoked after the backup stays so, and is gone for a store without a predecessor"
    )
    func carriedOver() async throws {
        try await withBackup { place, fabric, store, node in
            let two = ContentDigest.sha256("two".utf8)
            _ = try await store.redact(two, reason: "a password", by: "root", at: Fabric.moment(950))
            _ = try await store.revokeToken("alice", by: "root", at: Fabric.moment(951))
            try await store.close()

            let outcome = try await place.restore()
            #expect(outcome.isCarriedOver && outcome.redactions == 1 && outcome.tokens == 1)
            var restored = try await SQLiteStore(folder: place.store)
            await expectRefusal(.contentRedacted) { _ = try await restored.content(two) }
            await expectRefusal(.contentRedacted) {
                try await Fabric(store: restored).content("two", from: node)
            }
            #expect(try await restored.redactions(for: node) == [two])
            #expect(try await restored.principal(of: .sha256("alice".utf8), at: Fabric.moment(1001)) == nil)
            try await restored.close()

            let fresh = try await place.restore(into: place.root + "/fresh", isReplacing: false)
            #expect(!fresh.isCarriedOver && fresh.redactions == 0 && fresh.tokens == 0)
            restored = try await SQLiteStore(folder: place.root + "/fresh")
            #expect(try await restored.content(two) == Array("two".utf8))
            try await restored.close()
        }
    }

    @Test(
        "what was redacted before the backup is refused wherever that is restored, and after the next restore too"
    )
    func redactedBefore() async throws {
        try await withTemporaryFolder { root in
            let place = Place(root: root)
            let store = try await SQLiteStore(folder: place.store)
            let node = try await Fabric(store: store).node("web1")
            let secret = RedactionTests.Secret(size: 5000)
            try await store.putContent(secret.bytes, digest: secret.digest, from: node)
            let early = place.root + "/early"
            try await store.backUp(to: early, from: place.store, by: "root", at: Fabric.moment(1))
            _ = try await store.redact(secret.digest, reason: nil, by: "root", at: Fabric.moment(2))
            try await store.backUp(to: place.backup, from: place.store, by: "root", at: Fabric.moment(3))
            try await store.close()

            let fresh = place.root + "/fresh"
            #expect(try await place.restore(into: fresh, isReplacing: false).redactions == 1)
            _ = try await StoreRestoration(of: early, into: fresh, at: Fabric.moment(4))
                .restore(isReplacing: true, by: "root")
            #expect(try !secret.isFound(in: fresh))
            let restored = try await SQLiteStore(folder: fresh)
            await expectRefusal(.contentRedacted) { _ = try await restored.content(secret.digest) }
            try await restored.close()
        }
    }

    @Test("a damaged store is replaced too, and what was redacted stays so by the list beside it")
    func damagedStore() async throws {
        try await withBackup { place, _, store, _ in
            let two = ContentDigest.sha256("two".utf8)
            _ = try await store.redact(two, reason: nil, by: "root", at: Fabric.moment(950))
            try await store.close()
            try Data(repeating: 7, count: 100_000).write(to: URL(filePath: place.store + "/store.sqlite"))
            await expectNotOpened(.damaged, place.store)
            let outcome = try await place.restore()
            #expect(!outcome.isCarriedOver && outcome.redactions == 1)
            let restored = try await SQLiteStore(folder: place.store)
            await expectRefusal(.contentRedacted) { _ = try await restored.content(two) }
            try await restored.close()
        }
    }

    @Test(
        "a backup that is not what was written is refused, and the store stays as it is",
        arguments: [
            "UPDATE contents SET body = zeroblob(length(body))",
            "UPDATE revisions SET message = 'another'",
            "DELETE FROM revisions",
            "DELETE FROM nodes",
        ]
    )
    func damagedBackup(sql: String) async throws {
        try await withBackup { place, _, store, _ in
            try place.spoil("PRAGMA foreign_keys = OFF; " + sql)
            await expectError(.damaged, place.backup) { _ = try await place.restore() }
            #expect(try await store.queuedSequences() == [1])
            try await store.close()
        }
    }

    @Test("what is no backup, or one of a newer version, is refused")
    func foreign() async throws {
        try await withBackup { place, _, store, _ in
            try await store.close()
            try place.spoil("INSERT INTO grdb_migrations VALUES ('999 later')")
            await expectError(.newerSchema, place.backup) { _ = try await place.restore() }
            try place.spoil("DROP TABLE backup")
            await expectError(.cannotOpen, place.backup) { _ = try await place.restore() }
            try Data("not a database".utf8).write(to: URL(filePath: place.backup))
            await expectError(.damaged, place.backup) { _ = try await place.restore() }
        }
    }

    @Test("no backup takes the place of a file that is there, and a failed one leaves none")
    func target() async throws {
        try await withBackup { place, _, store, _ in
            let before = try Data(contentsOf: URL(filePath: place.backup))
            await expectError(.cannotOpen, place.backup) {
                try await store.backUp(
                    to: place.backup,
                    from: place.store,
                    by: "root",
                    at: Fabric.moment(901)
                )
            }
            #expect(try Data(contentsOf: URL(filePath: place.backup)) == before)
            let missing = place.root + "/missing/backup"
            await expectError(.cannotOpen, missing + ".partial") {
                try await store.backUp(to: missing, from: place.store, by: "root", at: Fabric.moment(901))
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: place.root)
            #expect(names.sorted() == ["backup", "store"])
            try await store.close()
        }
    }

    @Test(
        "files in folders beside the database are in the backup, and are put back together where one is missing"
    )
    func companions() async throws {
        try await withTemporaryFolder { root in
            let place = Place(root: root)
            let store = try await SQLiteStore(folder: place.store)
            let identity = place.store + "/identity"
            try FileManager.default.createDirectory(atPath: identity, withIntermediateDirectories: false)
            for name in ["ca.crt", "ca.key", "server.crt"] {
                let file = "\(identity)/\(name)"
                try Data("the old \(name)".utf8).write(to: URL(filePath: file))
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            }
            try await store.backUp(to: place.backup, from: place.store, by: "root", at: Fabric.moment(1))
            try await store.close()
            let server = URL(filePath: identity + "/server.crt")
            try Data("a new server.crt".utf8).write(to: server)
            #expect(try await place.restore().files.isEmpty)
            #expect(try Data(contentsOf: server) == Data("a new server.crt".utf8))
            try FileManager.default.removeItem(atPath: identity + "/ca.key")
            let all = ["identity/ca.crt", "identity/ca.key", "identity/server.crt"]
            #expect(try await place.restore(at: Fabric.moment(1001)).files == all)
            #expect(try Data(contentsOf: server) == Data("the old server.crt".utf8))
            let fresh = place.root + "/fresh"
            #expect(try await place.restore(into: fresh, isReplacing: false).files == all)
            let key = fresh + "/identity/ca.key"
            #expect(try Data(contentsOf: URL(filePath: key)) == Data("the old ca.key".utf8))
            #expect(try permissions(key) == 0o600 && permissions(fresh + "/identity") == 0o700)

            try Data("another ca.crt".utf8).write(to: URL(filePath: identity + "/ca.crt"))
            let before = try Data(contentsOf: URL(filePath: place.store + "/store.sqlite"))
            await expectError(.cannotOpen, identity + "/ca.crt") { _ = try await place.restore() }
            #expect(try Data(contentsOf: URL(filePath: place.store + "/store.sqlite")) == before)
        }
    }
}

extension SQLiteStore {
    /// The sequences of the commits that wait, in order.
    func queuedSequences() async throws -> [Int64] {
        var sequences: [Int64] = []
        for queued in try await queue(node: nil) {
            sequences.append(try await commit(queued.id.text).sequence)
        }
        return sequences.sorted()
    }
}
