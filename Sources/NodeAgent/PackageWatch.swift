import Components
import FabricModel
import Glibc
import Journal
import LinuxSystem
import Logging
import Synchronization

/// Looks at the package database and records what a finished transaction changed.
final class PackageWatch: Sendable {
    private struct State {
        /// The database as it was when it was last read whole.
        var stamp: PackageDatabaseStamp?
        /// Weft's own change of packages that is under way, or has ended and is to be recorded.
        var transaction: Transaction?
        /// Packages whose change is recorded, and of which it is not known yet what follows for files.
        var unexplained: [ResourceKey] = []
    }

    private struct Transaction {
        /// On whose behalf.
        var actor: Actor
        var isRunning: Bool
    }

    /// What came of a look at the database.
    private enum Look {
        /// It was read; the names of the packages that had changed.
        case read(Set<String>)
        /// A transaction is running.
        case busy
        /// A transaction ended a moment ago: it may still be written without a trace.
        case unsettled
    }

    /// Between two looks at a database that was being written a moment ago.
    ///
    /// *Units*: milliseconds.
    private static let pause = 10
    // So many looks take two seconds, and a minute.
    private static let usualLooks = 200
    private static let patientLooks = 6000

    private let database: any PackageDatabase
    private let core: AgentCore
    private let consequences: PackageConsequences?
    private let onRecord: @Sendable ([RecordedChange]) -> Void
    private let state = Mutex(State())
    private let wakeup: Wakeup
    private let stopped = Atomic(false)

    init(
        database: any PackageDatabase,
        core: AgentCore,
        consequences: PackageConsequences?,
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
        _ = try look(Self.usualLooks)
        try core.journal.setValue(actor.evidence, for: Self.transactionMark)
        state.withLock { $0.transaction = Transaction(actor: actor, isRunning: true) }
        // Whatever cannot be recorded now is recorded as Weft's own later.
        defer { state.withLock { $0.transaction?.isRunning = false } }
        let result = Result { try body() }
        let changed = try look(Self.patientLooks, isOwn: true)
        try result.get()
        return changed
    }

    /// Whether a package transaction is running; `false` where that cannot be told.
    var isBusy: Bool { (try? database.isBusy()) ?? false }

    /// Reads the database when it changed and no transaction is running, and records the difference.
    func check() {
        do {
            _ = try look(Self.usualLooks)
            core.warnings.clear("package-database")
        } catch {
            core.warnings.raise("package-database", "packages are not recorded at the moment: \(error)")
        }
    }

    /// Looks until the database could be read, at most so many times; the names of the packages that had changed.
    private func look(_ count: Int, isOwn: Bool = false) throws -> Set<String> {
        for _ in 0..<count {
            switch try state.withLock({ try look(&$0, isOwn: isOwn) }) {
            case .read(let changed): return changed
            case .busy where !isOwn: return []
            case .busy, .unsettled: break
            }
            usleep(useconds_t(Self.pause * 1000))
        }
        return []
    }

    private func look(_ state: inout State, isOwn: Bool) throws -> Look {
        guard isOwn || state.transaction?.isRunning != true else { return .busy }
        // A transaction of Weft's own that was cut off by the end of the daemon has been Weft's own all the same.
        if state.stamp == nil, let mark = try core.journal.value(Self.transactionMark) {
            let actor = Actor(tier: .exact, name: "weft", evidence: mark)
            state.transaction = Transaction(actor: actor, isRunning: false)
        }
        let look = try read(&state, by: state.transaction?.actor)
        if case .read = look, state.transaction != nil {
            state.transaction = nil
            try core.journal.setValue(nil, for: Self.transactionMark)
        }
        return look
    }

    /// Reads once, what `own` has changed where that is somebody.
    private func read(_ state: inout State, by own: Actor?) throws -> Look {
        let stamp = try database.stamp()
        guard stamp != state.stamp else { return .read([]) }
        guard try !database.isBusy() else { return .busy }
        let isFirst = state.stamp == nil
        let packages = try database.packages()
        // What changed while it was read is read again with the next look.
        guard try database.stamp() == stamp else { return .unsettled }
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
        if isFirst { try consequences?.load() }
        state.stamp = stamp
        return .read(Set(changed.map(\.key.name)))
    }

    private func explain(_ state: inout State) throws {
        guard !state.unexplained.isEmpty else { return }
        try consequences?.transactionEnded(changing: state.unexplained)
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
