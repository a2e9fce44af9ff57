import Components
import FabricModel
import FileWatching
import Journal
import SystemPackage

/// The way from the machine into the journal: the watcher, the recorder, and the looks at what is no file.
struct Recording: Sendable {
    let scope: RecordingScope
    let watcher: FileWatcher
    let recorder: Recorder
    let packages: PackageWatch?
    /// All records of this node.
    let records: RecordTable
    /// The looks at components that can be asked for all their resources at once.
    let watches: [ComponentWatch]
    private let core: AgentCore
    private let queue: HintQueue

    init(_ core: AgentCore, _ feedback: Feedback) throws {
        self.core = core
        let scope = core.scope
        let onRecord: @Sendable ([RecordedChange]) -> Void = { recorded in
            feedback.batch.add(recorded)
            feedback.loop.notify()
        }
        let packages = try core.packages.map { database in
            try PackageWatch(
                database: database,
                core: core,
                consequences: core.consequences,
                onRecord: onRecord
            )
        }
        // Where that cannot be told, nothing is taken for a package's doing.
        let packageActivity: @Sendable () -> PackageActivity = { packages?.activity ?? .none }
        queue = HintQueue()
        watcher = FileWatcher(
            roots: scope.watchedRoots,
            isIgnored: { scope.isIgnored($0, isDirectory: $1) },
            queue: queue,
            barrierFolder: core.state.path.appending("barriers")
        )
        let (watcher, queue) = (watcher, queue)
        let watches = core.components.all.filter { !$0.kinds.contains(.file) && !$0.kinds.contains(.package) }
            .map { component in
                ComponentWatch(
                    component,
                    core,
                    packageActivity: packageActivity,
                    onRecord: onRecord,
                    onLook: {
                        guard component.kinds.contains(.user) else { return }
                        Self.followAccounts(core, watcher, queue)
                    }
                )
            }
        // Of a unit that its package took along, no file tells below the recorded trees.
        packages?.follow { for watch in watches { watch.check() } }
        recorder = try Recorder(
            core,
            queue: queue,
            watches: watches,
            onRecord: onRecord,
            onPackageHint: { packages?.hint() },
            packageActivity: packageActivity
        )
        var records: [any ResourceRecord] = [FileRecord(files: core.files, recorder: recorder)]
        if let packages, let component = core.components[.package] {
            records.append(
                PackageRecord(
                    component: component,
                    watch: packages,
                    journal: core.journal,
                    feedback: feedback.preparation,
                    warnings: core.warnings,
                    barrier: {
                        try Self.barrier(core, watcher, packages, timeout: $0)
                        // A look that was left to another thread is through after one more.
                        for watch in watches { watch.look(at: []) }
                    }
                )
            )
        }
        self.records = RecordTable(all: records + watches)
        self.watches = watches
        self.scope = scope
        self.packages = packages
    }

    /// Has everything recorded that happened before the call, as far as that can be; `false` while a package
    /// transaction is running.
    @Sendable
    func catchUp() -> Bool {
        if packages?.isBusy ?? false { return false }
        // Without the barrier a commit has what was recorded: the rest comes with the next one.
        _ = try? barrier(timeout: .seconds(30))
        return true
    }

    /// Returns when everything that happened before the call is recorded.
    ///
    /// - Parameter timeout: How long that may take.
    /// - Throws: `WatchError`.
    func barrier(timeout: Duration) throws {
        try Self.barrier(core, watcher, packages, timeout: timeout)
    }

    private static func barrier(
        _ core: AgentCore,
        _ watcher: FileWatcher,
        _ packages: PackageWatch?,
        timeout: Duration
    ) throws {
        let scope = core.scope
        let homes = scope.roots
        try watcher.barrier().wait(timeout: timeout)
        // An account that was made meanwhile has brought a home, which is watched only from then on.
        if scope.roots != homes { try watcher.barrier().wait(timeout: timeout) }
        for component in core.components.listening { component.flush(timeout: timeout) }
        packages?.check()
    }

    /// Compares everything with the record, as if events had been lost.
    func rescan() {
        queue.add(scope.roots.map { Hint.tree($0.path) })
    }

    /// Watches the homes that accounts have now.
    func followAccounts() { Self.followAccounts(core, watcher, queue) }

    private static func followAccounts(_ core: AgentCore, _ watcher: FileWatcher, _ queue: HintQueue) {
        do {
            let (isChanged, gone) = try core.scope.refresh()
            if isChanged { watcher.setRoots(core.scope.watchedRoots) }
            queue.add(gone.map { Hint.path($0) })
            core.warnings.clear("accounts")
        } catch {
            core.warnings.raise("accounts", "the homes that are watched stay as they were: \(error)")
        }
    }
}
