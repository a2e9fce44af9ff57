import FabricAPI
import FabricModel
import Foundation
import ServerStore
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

    @Test("nothing is restored while a server runs, nor over a store without --replace, nor without a backup")
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
            let lock = try StateFolder.lock(state)
            await expectRefusal(.stateInUse, "end it first") {
                _ = try await StoreCopy.restore(backup, isReplacing: true, state: state)
            }
            withExtendedLifetime(lock) {}
            await expectRefusal(.stateMissing, "there is no database here") {
                _ = try await StoreCopy.backUp(to: backup + "2", state: root.appending(path: "none").path)
            }
        }
    }
}
