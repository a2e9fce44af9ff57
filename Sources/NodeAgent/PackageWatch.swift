import Components
import FabricModel
import Journal
import LinuxSystem
import Logging
import Synchronization

/// Looks at the package database and records what a finished transaction changed.
final class PackageWatch: Sendable {
    private struct State {
        /// The database as it was when it was last read whole.
        var stamp: PackageDatabaseStamp?
        /// On whose behalf Weft itself changes packages at the moment.
        var transaction: Actor?
        /// Packages whose change is recorded, and of which it is not known yet what follows for files.
        var unexplained: [ResourceKey] = []
    }

    private let database: any PackageDatabase
    private let core: AgentCore
    private let consequences: PackageConsequences
    private let onRecord: @Sendable ([RecordedChange]) -> Void
    private let state = Mutex(State())
    private let wakeup: Wakeup
    private let stopped = Atomic(false)

    init(
        database: any PackageDatabase,
        core: AgentCore,
        consequences: PackageConsequences,
        onRecord: @escaping @Sendable ([RecordedChange]) -> Void
    ) throws {
        self.database = database
        self.core = core
        self.consequences = consequences
        self.onRecord = onRecord
        wakeup = try Wakeup()
    }

    /// Something happened in the database's folder: look now.
    func hint() {
        wakeup.signal()
    }

    /// Works until ``stop()``.
    func run() {
        while !stopped.load(ordering: .acquiring) {
            check()
            if wakeup.wait(timeout: .seconds(core.settings.packagePoll)) { _ = wakeup.clear() }
        }
    }

    /// Ends ``run()``.
    func stop() {
        stopped.store(true, ordering: .releasing)
        wakeup.signal()
    }

    /// Changes packages on somebody's behalf and records what came of it as Weft's own doing.
    ///
    /// What admins did before is recorded first, under their names.
    /// - Returns: The names of the packages that changed.
    /// - Throws: What `body` throws, once what came of it is recorded; what recording throws.
    func transaction(by actor: Actor, _ body: () throws -> Void) throws -> Set<String> {
        try core.journal.setValue(actor.evidence, for: Self.transactionMark)
        try state.withLock { state in
            _ = try check(&state)
            state.transaction = actor
        }
        let result = Result { try body() }
        let changed = try state.withLock { state in
            defer { state.transaction = nil }
            return try check(&state, by: actor)
        }
        try core.journal.setValue(nil, for: Self.transactionMark)
        try result.get()
        return changed
    }

    /// Whether a package transaction is running; `false` where that cannot be told.
    var isBusy: Bool { (try? database.isBusy()) ?? false }

    /// Reads the database when it changed and no transaction is running, and records the difference.
    func check() {
        do {
            try state.withLock { state in
                guard state.transaction == nil else { return }
                // A transaction of Weft's own that was cut off by the end of the daemon has been Weft's own all the same.
                let mark = state.stamp == nil ? try core.journal.value(Self.transactionMark) : nil
                let actor = mark.map { Actor(tier: .exact, name: "weft", evidence: $0) }
                _ = try check(&state, by: actor)
                if mark != nil { try core.journal.setValue(nil, for: Self.transactionMark) }
            }
            core.warnings.clear("package-database")
        } catch {
            core.warnings.raise("package-database", "packages are not recorded at the moment: \(error)")
        }
    }

    /// Looks once; the names of the packages that changed, which `own` has changed where that is somebody.
    private func check(_ state: inout State, by own: Actor? = nil) throws -> Set<String> {
        let stamp = try database.stamp()
        guard stamp != state.stamp, try !database.isBusy() else { return [] }
        let isFirst = state.stamp == nil
        let packages = try database.packages()
        // What changed while it was read is read again with the next look.
        guard try database.stamp() == stamp else {
            wakeup.signal()
            return []
        }
        let known = try core.journal.packages()
        let changed = Self.difference(from: known, to: packages)
        if try core.journal.value(Self.baselineMark) == nil {
            try core.journal.recordBaseline(changed)
            try core.journal.setValue("recorded", for: Self.baselineMark)
        } else if !changed.isEmpty {
            // A transaction that ended before the daemon started has no author that could be seen.
            let recorded = try core.journal.record(
                changed,
                at: core.time.now(),
                actor: own ?? (isFirst ? .unknown : core.sessions.actor),
                sessions: isFirst || own != nil ? [] : core.sessions.ids,
                isLate: isFirst && own == nil,
                isSettled: own != nil
            )
            core.log.info("recorded packages", metadata: ["changes": "\(recorded.count)"])
            state.unexplained += changed.map(\.key)
            // Whether the next step fails or not, what was recorded is open now.
            defer { onRecord(recorded) }
            try explain(&state)
        }
        try explain(&state)
        if isFirst { try consequences.load() }
        state.stamp = stamp
        return Set(changed.map(\.key.name))
    }

    private func explain(_ state: inout State) throws {
        guard !state.unexplained.isEmpty else { return }
        try consequences.transactionEnded(changing: state.unexplained)
        state.unexplained = []
    }

    private static let baselineMark = "baseline.packages"
    private static let transactionMark = "convergence/package-transaction"

    private static func difference(
        from known: [ResourceKey: PackageState],
        to found: [ResourceKey: PackageState]
    ) -> [Observation] {
        let new = found.compactMap { key, state in
            known[key].map { $0.matches(state) } ?? false
                ? nil : Observation(key: key, state: .package(state))
        }
        let gone = known.keys.filter { found[$0] == nil }.map { Observation(key: $0, state: .absent) }
        return (new + gone).sorted { $0.key < $1.key }
    }
}
