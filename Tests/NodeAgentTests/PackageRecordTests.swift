import FabricAPI
import FabricModel
import FileWatching
import FoundationEssentials
import Journal
import Logging
import Synchronization
import SystemPackage
import Testing

@testable import Components
@testable import NodeAgent

@Suite final class PackageRecordTests {
    private struct Late: Error {}

    private let folder: URL
    private let core: AgentCore
    private let database: ScriptedDatabase
    private let intended: IntendedConfiguration
    private let weft = Actor(tier: .exact, name: "weft", evidence: "applied web@1")
    private let nginx = [ResourceKey(.package, checked: "nginx")]

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weft-package-record-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        core = try AgentCore(
            Scratch.settings(in: folder),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try core.journal.markBaselineComplete(at: Timestamp(seconds: 1))
        intended = try IntendedConfiguration()
        database = ScriptedDatabase(folder: FilePath(folder.path))
        database.versions.withLock { $0 = ["bash": "5.2"] }
        try record { _ in }.watch.check()
        database.shipped.withLock {
            $0 = [
                ShippedFile(
                    path: "/etc/nginx.conf",
                    package: "nginx",
                    kind: .symlink,
                    target: Array("a".utf8)
                )
            ]
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func consequences() throws -> PackageConsequences {
        try PackageConsequences(database: database, roots: ["/etc"], folder: FilePath(folder.path))
    }

    /// The record of a daemon that was just started.
    private func record(_ barrier: @escaping @Sendable (Duration) throws -> Void) throws -> PackageRecord {
        let consequences = try consequences()
        let files = FileComponent(
            secrets: core.rules.secrets,
            checks: core.rules.checks,
            key: core.state.secretKey,
            contentLimit: core.settings.contentLimit,
            accounts: core.accounts,
            consequences: consequences,
            homes: { _ in nil }
        )
        return PackageRecord(
            component: PackageComponent(database, Apt(), protected: { [] }),
            watch: try PackageWatch(
                database: database,
                core: core,
                consequences: consequences,
                patience: PackageWatch.Patience(usual: 2, beforeOwn: 2, afterOwn: 2),
                onRecord: { _ in }
            ),
            journal: core.journal,
            feedback: try feedback([files], consequences),
            warnings: core.warnings,
            barrier: barrier
        )
    }

    /// Feedback of components and of services, of which there are none.
    private func feedback(
        _ components: [any Component],
        _ consequences: PackageConsequences
    ) throws -> FeedbackPreparation {
        let services = ServiceComponent(try Systemd(), .dpkg, root: FilePath(folder.path))
        return FeedbackPreparation(
            components: ComponentTable(all: components + [services]),
            consequences: consequences,
            journal: core.journal,
            intended: intended
        )
    }

    /// Records what the watcher would have seen.
    private static func see(_ names: String..., in journal: Journal) throws {
        let root = AccountReference(name: "root", id: 0)
        let link = FileState(type: .symlink, mode: 0o777, owner: root, group: root, target: "a")
        try journal.record(
            names.map { Observation(key: try ResourceKey("file:/etc/\($0)"), state: .file(link)) },
            at: Timestamp(seconds: 2)
        )
    }

    private func install() { database.versions.withLock { $0["nginx"] = "1.22" } }

    private func open() throws -> [String] { try core.journal.openChanges().map(\.change.key.name) }

    @Test("what a package brings is closed when all that happened is recorded, and an admin's edit is not")
    func settled() throws {
        let record = try record { [journal = core.journal] _ in
            try Self.see("nginx.conf", "mine.conf", in: journal)
        }
        let failures = try record.recording(nginx, by: weft) {
            install()
            return [:]
        }
        #expect(failures.isEmpty)
        #expect(try open() == ["/etc/mine.conf"])
        #expect(core.warnings.all.isEmpty)
    }

    @Test(
        "where that cannot be done the step has not failed, and it is done when it can be, by a later daemon too"
    )
    func retried() throws {
        try Self.see("before.conf", in: core.journal)
        let failing = try record { _ in throw Late() }
        #expect(
            try failing.recording(nginx, by: weft) {
                install()
                return [:]
            }
            .isEmpty
        )
        try Self.see("nginx.conf", in: core.journal)
        #expect(core.warnings.all.map(\.code) == ["package-consequences"])
        #expect(!failing.finishInterrupted())
        #expect(try open() == ["/etc/before.conf", "/etc/nginx.conf"])

        let later = try record { _ in }
        #expect(later.finishInterrupted())
        #expect(try open() == ["/etc/before.conf"])
        #expect(core.warnings.all.isEmpty)
        // Nothing is left to be done: what comes now is somebody's.
        try core.journal.record(
            [Observation(key: ResourceKey(.file, checked: "/etc/nginx.conf"), state: .absent)],
            at: Timestamp(seconds: 3)
        )
        later.finishInterrupted()
        #expect(try open() == ["/etc/before.conf", "/etc/nginx.conf"])
    }

    @Test(
        "a unit that goes with its package is listed where an entry wants it, and not where Weft removed the package"
    )
    func unitOfEntry() throws {
        let unit = try ResourceKey("service:nginx.service")
        let running = ServiceState(links: ["multi-user.target.wants"], isRunning: true)
        database.shipped.withLock {
            $0 = [ShippedFile(path: "/usr/lib/systemd/system/nginx.service", package: "nginx")]
        }
        install()
        try record { _ in }.watch.check()
        try core.journal.settle(core.journal.openChanges().map(\.sequence))
        try core.journal.recordBaseline([Observation(key: unit, state: .service(running))])
        let record = try record { [journal = core.journal] _ in
            try journal.record([Observation(key: unit, state: .absent)], at: Timestamp(seconds: 2))
        }
        let feedback = try feedback([], consequences())
        func listed() throws -> [Change] {
            try feedback.changes(of: core.journal.openChanges(), ofPackages: ["nginx"])
        }
        try want([(unit, .service(running))])
        _ = try record.recording(nginx, by: weft) {
            database.versions.withLock { $0["nginx"] = nil }
            return [:]
        }
        #expect(try open() == [])

        try core.journal.record([Observation(key: unit, state: .service(running))], at: Timestamp(seconds: 3))
        try core.journal.settle(core.journal.openChanges().map(\.sequence))
        try core.journal.record([Observation(key: unit, state: .absent)], at: Timestamp(seconds: 4))
        #expect(try listed().map(\.key) == [unit])
        #expect(try listed().map(\.after) == [.absent])
        try want([])
        #expect(try listed() == [])
    }

    /// Says what this node should be.
    private func want(_ entries: [(ResourceKey, Entry)]) throws {
        let tag = try TagName("web")
        let items = entries.map {
            EffectiveConfiguration.Item(key: $0.0, entry: $0.1, tag: tag, revision: 1)
        }
        intended.set(
            NodeConfiguration(
                etag: "e1",
                configuration: EffectiveConfiguration(items: items),
                tags: [tag],
                lastDecision: 0
            )
        )
    }

    @Test("after a crash it waits until what the step did to packages is recorded")
    func crashed() throws {
        // What a step leaves in the journal while it is under way.
        try core.journal.setValue("0", for: "convergence/package-consequences")
        let mark = try PackageTransaction(of: nginx, by: weft).mark
        try core.journal.setValue(mark, for: "convergence/package-transaction")
        install()
        try Self.see("nginx.conf", in: core.journal)
        database.isLocked.withLock { $0 = true }
        let record = try record { _ in }
        record.watch.check()
        #expect(!record.finishInterrupted())
        #expect(try open() == ["/etc/nginx.conf"])
        database.isLocked.withLock { $0 = false }
        record.watch.check()
        #expect(record.finishInterrupted())
        #expect(try open().isEmpty)
    }

    @Test("what comes of a package when it is finished at last is closed as well")
    func finished() throws {
        let failing = try record { _ in }
        _ = try failing.recording(nginx, by: weft) {
            install()
            database.unconfigured.withLock { $0 = ["nginx"] }
            return [:]
        }
        // The database's stamp here follows from how many packages there are.
        database.versions.withLock { $0["less"] = "1" }
        let record = try record { [journal = core.journal] _ in try Self.see("nginx.conf", in: journal) }
        _ = try record.recording(nginx, by: weft) {
            database.unconfigured.withLock { $0 = [] }
            database.versions.withLock { $0["less"] = nil }
            return [:]
        }
        #expect(try open().filter { $0.hasPrefix("/") }.isEmpty)
        #expect(try UnfinishedPackages(journal: core.journal).names.isEmpty)
    }

    @Test("with another transaction running nothing is done, and nothing is left to be settled")
    func busy() throws {
        database.isLocked.withLock { $0 = true }
        let record = try record { _ in Issue.record("there is nothing to wait for") }
        #expect(throws: ComponentsError.self) { try record.recording(nginx, by: weft) { [:] } }
        #expect(record.finishInterrupted())
    }
}
