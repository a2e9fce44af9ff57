import FabricModel
import FoundationEssentials
import Journal
import LinuxSystem
import Logging
import Synchronization
import SystemPackage
import Testing

@testable import Components
@testable import NodeAgent

@Suite final class PackageWatchTests {
    /// The names of what was said to be recorded.
    private final class Recorded: Sendable {
        private let all = Mutex<[String]>([])
        var names: [String] { all.withLock(\.self) }

        func add(_ changes: [RecordedChange]) {
            all.withLock { $0 += changes.map(\.change.key.name) }
        }
    }

    private let folder: URL
    private let core: AgentCore
    private let database: ScriptedDatabase

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weft-packages-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        core = try AgentCore(
            Scratch.settings(in: folder),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        database = ScriptedDatabase(folder: FilePath(folder.path))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func watch(telling recorded: Recorded) throws -> PackageWatch {
        try PackageWatch(
            database: database,
            core: core,
            consequences: PackageConsequences(database: database, roots: [], folder: FilePath(folder.path)),
            onRecord: { recorded.add($0) }
        )
    }

    @Test("a recorded package is known to be open though its files cannot be listed yet")
    func unlistedFiles() throws {
        let recorded = Recorded()
        let watch = try watch(telling: recorded)
        database.versions.withLock { $0 = ["bash": "5.2"] }
        watch.check()
        #expect(recorded.names.isEmpty, "the baseline is no change")

        database.versions.withLock { $0 = ["bash": "5.2", "sl": "5.02"] }
        database.fails.withLock { $0 = true }
        watch.check()
        #expect(recorded.names == ["sl"])
        #expect(core.warnings.all.map(\.code) == ["package-database"])

        database.fails.withLock { $0 = false }
        watch.check()
        #expect(recorded.names == ["sl"])
        #expect(core.warnings.all.isEmpty)
    }

    @Test("what Weft installs is recorded as its own, what an admin did before it as the admin's")
    func transaction() throws {
        let recorded = Recorded()
        let watch = try watch(telling: recorded)
        database.versions.withLock { $0 = ["bash": "5.2"] }
        watch.check()
        database.versions.withLock { $0["vim"] = "9" }
        let weft = Actor(tier: .exact, name: "weft", evidence: "applied web@1")
        let changed = try watch.transaction(by: weft) {
            database.versions.withLock { $0["nginx"] = "1.22" }
            // The watch's own thread looks at any time.
            watch.check()
        }
        #expect(changed == ["nginx"])
        #expect(recorded.names == ["vim"])
        #expect(try core.journal.openChanges().map(\.change.key.name) == ["vim"])
        #expect(try core.journal.log().first { $0.recorded.change.key.name == "nginx" }?.state == .settled)
    }

    @Test("a transaction of Weft's own that a crash cut off is its own after the restart too")
    func interrupted() throws {
        database.versions.withLock { $0 = ["bash": "5.2"] }
        try watch(telling: Recorded()).check()
        try core.journal.setValue("applied web@1", for: "convergence/package-transaction")
        database.versions.withLock { $0["nginx"] = "1.22" }
        let again = try watch(telling: Recorded())
        again.check()
        #expect(try core.journal.openChanges().isEmpty)
        database.versions.withLock { $0["vim"] = "9" }
        again.check()
        #expect(try core.journal.openChanges().map(\.change.key.name) == ["vim"])
    }
}
