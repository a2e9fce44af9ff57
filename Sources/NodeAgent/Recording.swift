import Components
import FabricModel
import FileWatching
import Journal
import SystemPackage

/// The way from the machine into the journal: the watcher, the recorder, and the look at the package database.
struct Recording: Sendable {
    let scope: RecordingScope
    let watcher: FileWatcher
    let recorder: Recorder
    let packages: PackageWatch?
    private let queue: HintQueue

    init(_ core: AgentCore, _ feedback: Feedback, packages database: (any PackageDatabase)?) throws {
        let settings = core.settings
        let scope = try RecordingScope(
            settings: settings,
            ignore: core.rules.ignore,
            packages: database,
            accounts: { try LocalAccount.all() }
        )
        let onRecord: @Sendable ([RecordedChange]) -> Void = { recorded in
            feedback.batch.add(recorded)
            feedback.loop.notify()
        }
        let packages = try database.map { database in
            try PackageWatch(
                database: database,
                core: core,
                consequences: feedback.consequences,
                onRecord: onRecord
            )
        }
        queue = HintQueue()
        watcher = FileWatcher(
            roots: scope.watchedRoots,
            isIgnored: { scope.isIgnored($0, isDirectory: $1) },
            queue: queue,
            barrierFolder: core.state.path.appending("barriers")
        )
        recorder = try Recorder(
            core,
            scope: scope,
            queue: queue,
            onRecord: onRecord,
            onPackageHint: { packages?.hint() },
            // Where that cannot be told, nothing is taken for a package's doing.
            isPackageTransaction: { packages?.isBusy ?? false }
        )
        self.scope = scope
        self.packages = packages
    }

    /// Has everything recorded that happened before the call, as far as that can be; `false` while a package
    /// transaction is running.
    @Sendable
    func catchUp() -> Bool {
        if packages?.isBusy ?? false { return false }
        // Without the barrier a commit has what was recorded: the rest comes with the next one.
        _ = try? watcher.barrier().wait(timeout: .seconds(30))
        packages?.check()
        return true
    }

    /// Compares everything with the record, as if events had been lost.
    func rescan() {
        queue.add(scope.roots.map { Hint.tree($0.path) })
    }

    /// Watches the homes that accounts have now.
    func followAccounts() {
        watcher.setRoots(scope.watchedRoots)
    }

    /// The program that changes the packages of a database.
    static func packageManager(of database: (any PackageDatabase)?) -> (any PackageManager)? {
        switch database?.system {
        case .dpkg: Apt()
        case .rpm: DNF()
        case nil: nil
        }
    }

    /// The package database that the settings choose; `nil` where there is none.
    static func packageDatabase(_ settings: NodeSettings) throws -> (any PackageDatabase)? {
        switch settings.packages {
        case .off: nil
        case .auto: try PackageDatabases.detect(preferred: nil)
        case .rpm: try PackageDatabases.detect(preferred: .rpm)
        case .dpkg: try PackageDatabases.detect(preferred: .dpkg)
        }
    }
}
