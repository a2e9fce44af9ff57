import FabricAPI
import FabricModel
import Foundation
import GRDB
import Testing

@testable import ServerStore

/// Databases of earlier versions, captured by `Tests/Schemas/capture`.
struct CapturedSchema: Sendable, CustomTestStringConvertible {
    let file: URL

    var testDescription: String { file.deletingPathExtension().lastPathComponent }

    /// All of a kind.
    static func all(_ kind: String) throws -> [CapturedSchema] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Schemas")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasPrefix(kind + "-") && $0.pathExtension == "sql" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .map(CapturedSchema.init)
    }

    /// Makes the database.
    func write(to path: String) throws {
        var configuration = Configuration()
        // The tables stand by name.
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let sql = try String(contentsOf: file, encoding: .utf8)
        try queue.write { db in try db.execute(sql: sql) }
        try queue.close()
    }
}

@Suite struct MigrationTests {
    /// The rows of each table, as text, in the columns that `like` has.
    private struct Rows: Equatable {
        var tables: [String: [String]] = [:]

        init(_ path: String, like other: String? = nil) throws {
            var shape: [String: [String]] = [:]
            try Self.read(other ?? path) { db in
                let names = try String.fetchAll(
                    db,
                    sql: "SELECT name FROM sqlite_master WHERE type = 'table'"
                )
                for name in names where !name.hasPrefix("sqlite_") && !name.hasPrefix("grdb_") {
                    shape[name] = try db.columns(in: name).map(\.name)
                }
            }
            let columns = shape
            var tables: [String: [String]] = [:]
            try Self.read(path) { db in
                for (name, columns) in columns where name != "generation" {
                    // Nodes had bearer tokens before they had certificates, which end by themselves.
                    let isOld = name == "tokens" && !columns.contains("expires_at")
                    let kept = isOld ? "WHERE role IS NOT NULL" : ""
                    let list = columns.map { "quote([\($0)])" }.joined(separator: " || ' ' || ")
                    tables[name] = try String.fetchAll(db, sql: "SELECT \(list) FROM [\(name)] \(kept)")
                        .sorted()
                }
            }
            self.tables = tables
        }

        private static func read(_ path: String, _ body: (Database) throws -> Void) throws {
            let queue = try DatabaseQueue(path: path)
            try queue.read(body)
            try queue.close()
        }
    }

    private func schema(_ folder: String) throws -> [String] {
        let queue = try DatabaseQueue(path: folder + "/store.sqlite")
        defer { #expect(throws: Never.self) { try queue.close() } }
        return try queue.read { db in
            try String.fetchAll(
                db,
                sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name"
            )
        }
    }

    /// Writes a captured database and opens it as the store of today.
    private func migrate(_ captured: CapturedSchema, in root: String) async throws -> SQLiteStore {
        let folder = root + "/store"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try captured.write(to: folder + "/store.sqlite")
        try FileManager.default.copyItem(atPath: folder + "/store.sqlite", toPath: root + "/before")
        return try await SQLiteStore(folder: folder)
    }

    @Test("the set of captured databases is there")
    func captures() throws {
        let names = try CapturedSchema.all("store").map(\.testDescription)
        #expect(
            Set(names)
                .isSuperset(
                    of: ["1", "2", "3", "4", "5", "6", "8", "8b", "8c", "8d", "9", "12"].map { "store-\($0)" }
                )
        )
    }

    @Test(
        "an earlier database gets the schema of a new one, and keeps its rows",
        arguments: try CapturedSchema.all("store")
    )
    func rows(captured: CapturedSchema) async throws {
        try await withTemporaryFolder { root in
            try await migrate(captured, in: root).close()
            try await SQLiteStore(folder: root + "/new").close()
            #expect(try schema(root + "/store") == schema(root + "/new"))
            let before = try Rows(root + "/before")
            #expect(before.tables["commits"]?.count == 3)
            #expect(try Rows(root + "/store/store.sqlite", like: root + "/before") == before)
        }
    }

    @Test(
        "what an earlier database holds reads back, and work goes on",
        arguments: try CapturedSchema.all("store")
    )
    func use(captured: CapturedSchema) async throws {
        try await withTemporaryFolder { root in
            let store = try await migrate(captured, in: root)
            let web = try TagName("web")
            try await store.check(root)
            let faults = try await store.verifications(after: nil, limit: .max).compactMap(\.fault)
            #expect(faults.isEmpty, "\(faults)")
            #expect(try await store.nodes().map(\.name.text) == ["mail1", "web1"])
            let node = try await store.node("web1").id
            #expect(try await store.queuedSequences() == [3])
            #expect(try await store.revisions(of: web, before: nil, limit: 9).map(\.number) == [4, 3, 2, 1])
            #expect(try await store.decisions(for: node, after: 0).map(\.outcome) == [.approved, .tolerated])
            let configuration = try await store.configuration(of: node)
            #expect(
                configuration.configuration.items.map { "\($0.key) \($0.tag)@\($0.revision)" } == [
                    "file:/etc/a web@3", "file:/etc/b node:web1@1", "package:nginx web@4",
                ]
            )
            #expect(try await store.content(.sha256("three".utf8)) == Array("three".utf8))
            let explanation = try await store.explain(
                ResourceKey("file:/etc/a"),
                on: node,
                at: Fabric.moment(2000)
            )
            #expect(explanation.layers.map(\.tag.text) == ["node:web1", "web"])

            let fabric = Fabric(store: store)
            try await fabric.set(web, "package:mc", .absent)
            let changes = try await fabric.difference(of: node, since: configuration.etag)?.changes
            #expect(changes?.items.map(\.key.description) == ["package:mc"])
            let commit = try await fabric.commit(node, 4, [Sample.edit("/etc/d", nil, "two")])
            try await fabric.approve(commit, into: web)
            #expect(try await store.verify(web).fault == nil)
            try await store.close()
        }
    }

    /// What the captured databases were made of; with `WEFT_SAMPLE_STORE` the database is kept there, for the next capture.
    @Test("a store that was used has rows in every table")
    func sample() async throws {
        try await withTemporaryFolder { root in
            let store = try await SQLiteStore(folder: root + "/store")
            try await fill(Fabric(store: store))
            try await store.close()
            let empty = try Rows(root + "/store/store.sqlite").tables.filter(\.value.isEmpty).keys
            // A store that was never restored has no marks, and nothing waits where all was looked through.
            #expect(Set(empty).subtracting(["life_marks"]).isEmpty, "\(empty)")
            if let target = ProcessInfo.processInfo.environment["WEFT_SAMPLE_STORE"] {
                try FileManager.default.copyItem(atPath: root + "/store/store.sqlite", toPath: target)
            }
        }
    }

    private func fill(_ fabric: Fabric) async throws {
        let store = fabric.store
        let node = try await fabric.node("web1")
        let mail = try await fabric.node("mail1")
        let web = try await fabric.tag("web", includedBy: node, mail)
        try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
        try await fabric.set(
            web,
            "file:/etc/b",
            Sample.entry("two"),
            flags: EntryFlags(restart: ["b.service"])
        )
        try await fabric.set(web, "file:/etc/a", Sample.entry("three"))
        try await fabric.set(web, "package:nginx", .absent)
        let approved = try await fabric.commit(node, 1, [Sample.edit("/etc/b", "two", "four")])
        try await fabric.approve(approved)
        let rejected = try await fabric.commit(node, 2, [Sample.edit("/etc/c", nil, "one")])
        try await fabric.reject(rejected)
        try await fabric.commit(node, 3, [Sample.change("package:vim", .absent, Sample.package("1-1"))])
        try await store.createTag(try TagName("old"), by: "alice", at: Fabric.moment(800))
        try await store.deleteTag(try TagName("old"), by: "alice", at: Fabric.moment(801))
        let alice = Principal(name: "alice", role: .reviewer)
        try await store.addToken(digest: .sha256("alice".utf8), principal: alice, at: Fabric.moment(802))
        _ = try await store.revokeToken("alice", by: "root", at: Fabric.moment(803))
        try await store.limit(web, to: 3, by: "alice", at: Fabric.moment(804))
        let etag = try await fabric.etag(of: node)
        for (node, etag) in [(node, etag), (mail, try await fabric.etag(of: mail))] {
            _ = try await store.takeSlots(
                [web],
                for: node,
                of: etag,
                isProvisional: false,
                at: Fabric.moment(805)
            )
        }
        let failure = SlotReport.Failure(
            key: try ResourceKey("package:nginx"),
            revision: RevisionReference(tag: web, number: 4),
            message: "it is in use"
        )
        _ = try await store.report(SlotReport(failed: [failure]), from: mail, at: Fabric.moment(806))
        _ = try await store.pause(nil, reason: "night", by: "alice", at: Fabric.moment(807))
        let report = ConvergenceReport(configuration: etag, applies: true, toDo: 1)
        try await store.report(report, from: node, at: Fabric.moment(808))
        let refusal = Refusal(principal: "bob", action: "edit", subject: "web", detail: nil, code: .forbidden)
        try await store.note(refusal, at: Fabric.moment(809))
        try await fabric.content("five", from: mail)
        _ = try await store.redact(
            .sha256("five".utf8),
            reason: "a password",
            by: "root",
            at: Fabric.moment(810)
        )
        try await store.touch(node, at: Fabric.moment(811))
        let candidate = Candidate(
            id: .make(at: Fabric.moment(0)),
            name: try NodeName("db1"),
            machineID: "0123",
            operatingSystem: "Debian",
            fingerprint: "key of db1",
            address: "192.0.2.7",
            askedAt: Fabric.moment(812),
            isKnown: false
        )
        _ = try await store.note(candidate)
        let facts: FactValue = ["kernel": ["name": "Linux"]]
        try await store.report(FactReport(facts: facts), from: node, at: Fabric.moment(813))
        let webhook = AddWebhook(url: "https://chat.example/hook", events: [.commit])
        _ = try await store.addWebhook(webhook, secret: [1, 2, 3], by: "root", at: Fabric.moment(814))
    }
}
