import FabricAPI
import FabricIdentity
import FabricModel
import Foundation
import GRDB
import ServerStore
import Settings
import Testing

@testable import FabricServer

/// Backups as the program makes and restores them.
@Suite struct StoreCopyTests {
    private func inFolder(_ body: (_ state: String, _ root: URL) async throws -> Void) async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "weft-copy-\(UUID())")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: root) }
        let state = root.appending(path: "state").path
        let store = try await SQLiteStore(folder: state)
        try await store.createTag(TagName("web"), by: "alice", at: Bench.start)
        try await store.close()
        try await body(state, root)
    }

    /// Changes the database as damage would.
    private func spoil(_ state: String, _ sql: String) throws {
        let queue = try DatabaseQueue(path: state + "/store.sqlite")
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA foreign_keys = OFF; " + sql) }
        try queue.close()
    }

    private func rootPage(of table: String, in path: String) throws -> Int {
        let queue = try DatabaseQueue(path: path)
        let page = try queue.read { db in
            try Int.fetchOne(db, sql: "SELECT rootpage FROM sqlite_master WHERE name = ?", arguments: [table])
        }
        try queue.close()
        return try #require(page)
    }

    private func expectRefusal(
        _ code: ServerError.Code,
        _ part: String,
        _ body: () async throws -> Void
    ) async {
        do {
            try await body()
            Issue.record("nothing was refused")
        } catch let error as ServerError {
            #expect(error.code == code)
            #expect(error.description.contains(part), "\(error)")
        } catch {
            Issue.record(error)
        }
    }

    @Test("a backup into a folder is named by the time, and comes back into an empty folder")
    func folder() async throws {
        try await inFolder { state, root in
            let lines = try await StoreCopy.backUp(to: root.path, state: state)
            let file = URL(filePath: try #require(lines.first))
            #expect(try /weft-server-\d{8}T\d{6}Z\.backup/.wholeMatch(in: file.lastPathComponent) != nil)
            let fresh = root.appending(path: "fresh").path
            let said = try await StoreCopy.restore(file.path, isReplacing: false, state: fresh)
            #expect(said.contains { $0.contains("There was no store to carry over from") })
            let store = try await SQLiteStore(folder: fresh)
            #expect(try await store.tags().map(\.name.text) == ["web"])
            try await store.close()
        }
    }

    @Test(
        "nothing is restored over a store without --replace, nor without a backup, and no backup is overwritten"
    )
    func refusals() async throws {
        try await inFolder { state, root in
            let backup = root.appending(path: "backup").path
            await expectRefusal(.refused, "there is no such file") {
                _ = try await StoreCopy.restore(backup, isReplacing: true, state: state)
            }
            _ = try await StoreCopy.backUp(to: backup, state: state)
            await expectRefusal(.refused, "already") {
                _ = try await StoreCopy.backUp(to: backup, state: state)
            }
            await expectRefusal(.refused, "--replace") {
                _ = try await StoreCopy.restore(backup, isReplacing: false, state: state)
            }
            await expectRefusal(.stateMissing, "there is no database here") {
                _ = try await StoreCopy.backUp(to: backup + "2", state: root.appending(path: "none").path)
            }
        }
    }

    @Test("the fabric's authority comes back with the store, and not in the place of another one")
    func authority() async throws {
        try await inFolder { state, root in
            var settings = try ServerSettings(SettingsFile())
            settings.state = state
            let made = try ServerIdentity.make(settings, name: "one", hosts: ["localhost"])
            let backup = root.appending(path: "backup").path
            _ = try await StoreCopy.backUp(to: backup, state: state)
            settings.state = root.appending(path: "fresh").path
            let said = try await StoreCopy.restore(backup, isReplacing: false, state: settings.state)
            #expect(
                said.contains(
                    "Put back: identity/ca.crt, identity/ca.key, identity/server.crt, identity/server.key"
                )
            )
            #expect(try ServerIdentity.fingerprint(settings) == made.fingerprint)
            _ = try ServerIdentity(settings).context()

            settings.state = root.appending(path: "other").path
            let other = try ServerIdentity.make(settings, name: "two", hosts: ["localhost"])
            await expectRefusal(.refused, "the authority here is not that of the backup") {
                _ = try await StoreCopy.restore(backup, isReplacing: false, state: settings.state)
            }
            #expect(try ServerIdentity.fingerprint(settings) == other.fingerprint)
            let identity = settings.state + "/identity"
            try FileManager.default.moveItem(atPath: identity, toPath: identity + ".before")
            _ = try await StoreCopy.restore(backup, isReplacing: false, state: settings.state)
            #expect(try ServerIdentity.fingerprint(settings) == made.fingerprint)
        }
    }

    @Test("nothing is restored while a server runs")
    func running() async throws {
        try await inFolder { state, root in
            let backup = root.appending(path: "backup").path
            _ = try await StoreCopy.backUp(to: backup, state: state)
            let lock = try StateFolder.lock(state)
            await expectRefusal(.stateInUse, "end it first") {
                _ = try await StoreCopy.restore(backup, isReplacing: true, state: state)
            }
            withExtendedLifetime(lock) {}
        }
    }

    @Test(
        "a server does not start on a database that is not what was written, and says how to go on",
        arguments: [
            "DELETE FROM revisions WHERE number = 2",
            "UPDATE revisions SET author = 'mallory' WHERE number = 2",
            "UPDATE tags SET head = NULL WHERE name = 'web'",
            "DELETE FROM revisions WHERE number = 1",
        ]
    )
    func damagedHistory(sql: String) async throws {
        try await inFolder { state, _ in
            let store = try await SQLiteStore(folder: state)
            for name in ["a", "b"] {
                let item = EditTag.Item(key: try ResourceKey("package:\(name)"), entry: .absent)
                let edit = EditTag(items: [item], message: name)
                _ = try await store.edit(TagName("web"), edit, by: "alice", at: Bench.start)
            }
            try await store.close()
            try await StateFolder.openChecked(state).close()
            try spoil(state, sql)
            await expectRefusal(.stateUnusable, "weft-server restore FILE --replace") {
                try await StateFolder.openChecked(state).close()
            }
        }
    }

    @Test("a server does not start on pages that are overwritten")
    func damagedPages() async throws {
        try await inFolder { state, _ in
            let path = state + "/store.sqlite"
            let page = try rootPage(of: "revisions", in: path)
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            try file.seek(toOffset: UInt64(page - 1) * 4096)
            try file.write(contentsOf: Data(repeating: 0xAA, count: 4096))
            try file.close()
            await expectRefusal(.stateUnusable, "weft-server restore FILE --replace") {
                try await StateFolder.openChecked(state).close()
            }
        }
    }
}
