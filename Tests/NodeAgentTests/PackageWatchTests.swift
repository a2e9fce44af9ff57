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
            patience: PackageWatch.Patience(usual: 2, beforeOwn: 2, afterOwn: 2),
            onRecord: { recorded.add($0) }
        )
    }

    private let weft = Actor(tier: .exact, name: "weft", evidence: "applied web@1")
    private let nginx = [ResourceKey(.package, checked: "nginx")]

    private func open() throws -> [String] {
        try core.journal.openChanges().map(\.change.key.name).sorted()
    }

    private func settled() throws -> [String] {
        try core.journal.settledChanges(of: .package, after: 0).map(\.change.key.name).sorted()
    }

    @Test("whoever follows is told once packages have changed and that is recorded, and of nothing else")
    func followers() throws {
        let watch = try watch(telling: Recorded())
        let journal = core.journal
        let told = Told()
        watch.follow { told.add((try? journal.packages().keys.map(\.name).sorted()) ?? []) }
        watch.check()
        #expect(told.all == [])
        database.versions.withLock { $0["nginx"] = "1.22" }
        watch.check()
        watch.check()
        #expect(told.all == [["nginx"]])
        try watch.transaction(of: nginx, by: weft) { database.versions.withLock { $0["nginx"] = nil } }
        #expect(told.all == [["nginx"], []])
    }

    @Test(
        "when packages were being changed is known once the lock is let go, before that was recorded and after"
    )
    func activity() throws {
        func write(_ second: Double) throws -> Int64 {
            let date = Date(timeIntervalSince1970: second)
            let path = database.status.string
            try Data("installed".utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
            return try #require(try FileStatus.at(database.status)).modified
        }
        let watch = try watch(telling: Recorded())
        _ = try write(1_000)
        #expect(watch.activity == .none)
        database.isLocked.withLock { $0 = true }
        let last = try write(2_000.5)
        database.transactions.withLock { $0 = [TransactionTime(began: 1_998, ended: 2_000)] }
        #expect(watch.activity == .running)
        database.isLocked.withLock { $0 = false }
        #expect(watch.activity == .ended([1_998 * TransactionTime.second...last]))
        watch.check()
        #expect(watch.activity == .ended([1_998 * TransactionTime.second...last]))
    }

    private final class Told: Sendable {
        private let names = Mutex<[[String]]>([])
        func add(_ packages: [String]) { names.withLock { $0.append(packages) } }
        var all: [[String]] { names.withLock(\.self) }
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
        try watch.transaction(of: nginx, by: weft) {
            database.versions.withLock { $0["nginx"] = "1.22" }
            // The watch's own thread looks at any time.
            watch.check()
        }
        #expect(recorded.names == ["vim"])
        #expect(try open() == ["vim"])
        #expect(try settled() == ["nginx"])
    }

    @Test(
        "what an admin installs while Weft waits for the lock is the admin's, and what Weft's own brings is Weft's"
    )
    func meanwhile() throws {
        let recorded = Recorded()
        let watch = try watch(telling: recorded)
        database.versions.withLock { $0 = ["bash": "5.2", "liba": "1", "libb": "1"] }
        database.dependencies.withLock { $0 = ["liba", "libb", "libc"] }
        watch.check()
        try watch.transaction(of: nginx, by: weft) {
            database.versions.withLock {
                // The admin's, before the lock was free.
                $0["vim"] = "9"
                $0["bash"] = nil
                // With what was asked for, one comes, one goes, and one changes.
                $0["nginx"] = "1.22"
                $0["libc"] = "1"
                $0["liba"] = nil
                $0["libb"] = "2"
            }
        }
        #expect(try open() == ["bash", "vim"])
        #expect(recorded.names == ["bash", "vim"])
        #expect(try settled() == ["liba", "libb", "libc", "nginx"])
    }

    @Test(
        "what Weft's own transaction left unfinished is known until it is finished, what others left is theirs"
    )
    func unfinished() throws {
        let watch = try watch(telling: Recorded())
        let unfinished = UnfinishedPackages(journal: core.journal)
        database.versions.withLock { $0 = ["bash": "5.2"] }
        watch.check()
        // An admin's, before it and at the same time.
        database.versions.withLock { $0["vim"] = "9" }
        database.unconfigured.withLock { $0 = ["vim"] }
        watch.check()
        #expect(try unfinished.names == [])
        let keys = nginx + [ResourceKey(.package, checked: "vim")]
        try watch.transaction(of: keys, by: weft) {
            database.versions.withLock {
                $0["nginx"] = "1.22"
                $0["emacs"] = "1"
            }
            database.unconfigured.withLock { $0 = ["vim", "nginx", "emacs"] }
        }
        #expect(try unfinished.names == ["nginx"])
        database.versions.withLock { $0["less"] = "1" }
        watch.check()
        #expect(try unfinished.names == ["nginx"])
        database.versions.withLock { $0["less"] = nil }
        database.unconfigured.withLock { $0 = ["vim"] }
        watch.check()
        #expect(try unfinished.names == [])
    }

    @Test("Weft's own transaction goes on while something is unfinished, though nobody holds the lock")
    func goingOn() throws {
        let watch = try watch(telling: Recorded())
        database.versions.withLock { $0 = ["bash": "5.2"] }
        watch.check()
        // What somebody had left so before says nothing.
        database.unconfigured.withLock { $0 = ["bash"] }
        try watch.transaction(of: nginx, by: weft) {
            #expect(!watch.isBusy)
            database.unconfigured.withLock { $0 = ["bash", "nginx"] }
            #expect(watch.isBusy)
            database.unconfigured.withLock { $0 = ["bash"] }
            #expect(!watch.isBusy)
        }
        database.unconfigured.withLock { $0 = ["bash", "nginx"] }
        #expect(!watch.isBusy)
    }

    @Test("what a transaction has left that was cut off with the daemon is known to the next one")
    func unfinishedAndCutOff() throws {
        let watch = try watch(telling: Recorded())
        database.versions.withLock { $0 = ["bash": "5.2"] }
        watch.check()
        let own = PackageTransaction(of: nginx, by: weft)
        try core.journal.setValue(own.mark, for: "convergence/package-transaction")
        database.versions.withLock { $0["nginx"] = "1.22" }
        database.unconfigured.withLock { $0 = ["nginx"] }
        try self.watch(telling: Recorded()).check()
        #expect(try UnfinishedPackages(journal: core.journal).names == ["nginx"])
    }

    @Test("while another transaction is running, nothing is done, and what it does is not Weft's")
    func busy() throws {
        let watch = try watch(telling: Recorded())
        database.versions.withLock { $0 = ["bash": "5.2"] }
        watch.check()
        database.isLocked.withLock { $0 = true }
        #expect {
            try watch.transaction(of: nginx, by: weft) { Issue.record("the database was not read") }
        } throws: {
            ($0 as? ComponentsError)?.code == .busy
        }
        #expect(try watch.isOwnRecorded)
        database.versions.withLock { $0["nginx"] = "1.22" }
        database.isLocked.withLock { $0 = false }
        watch.check()
        #expect(try open() == ["nginx"])
    }

    @Test("where the database stays busy after a transaction, only what it was to change is Weft's own")
    func mixed() throws {
        let watch = try watch(telling: Recorded())
        database.versions.withLock { $0 = ["bash": "5.2", "liba": "1"] }
        database.dependencies.withLock { $0 = ["liba"] }
        watch.check()
        try watch.transaction(of: nginx, by: weft) {
            database.versions.withLock { $0["nginx"] = "1.22" }
            database.isLocked.withLock { $0 = true }
        }
        #expect(try !watch.isOwnRecorded)
        database.versions.withLock {
            $0["vim"] = "9"
            $0["less"] = "590"
            $0["liba"] = nil
        }
        database.isLocked.withLock { $0 = false }
        // Also by a daemon that was started meanwhile.
        try self.watch(telling: Recorded()).check()
        #expect(try open() == ["less", "liba", "vim"])
        #expect(try settled() == ["nginx"])
        watch.check()
        database.versions.withLock { $0["nginx"] = nil }
        watch.check()
        #expect(try open() == ["less", "liba", "nginx", "vim"])
    }

    @Test("a transaction of Weft's own that a crash cut off is its own after the restart too")
    func interrupted() throws {
        database.versions.withLock { $0 = ["bash": "5.2"] }
        try watch(telling: Recorded()).check()
        // What a step leaves in the journal while it is under way.
        let mark = try PackageTransaction(of: nginx, by: weft).mark
        try core.journal.setValue(mark, for: "convergence/package-transaction")
        database.versions.withLock { $0.merge(["nginx": "1.22", "libc": "1", "less": "590"]) { $1 } }
        database.dependencies.withLock { $0 = ["libc"] }
        let again = try watch(telling: Recorded())
        again.check()
        #expect(try open() == ["less"])
        #expect(try settled() == ["libc", "nginx"])
        database.versions.withLock { $0["vim"] = "9" }
        again.check()
        #expect(try open() == ["less", "vim"])
    }

    @Test("a mark that cannot be read makes nothing Weft's own that somebody chose")
    func unreadableMark() throws {
        #expect(PackageTransaction(mark: "applied web@1").requested.isEmpty)
        let own = PackageTransaction(of: nginx, by: weft)
        #expect(try PackageTransaction(mark: own.mark) == own)
        #expect(own.actor == weft)
    }
}
