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
        var transaction: PackageTransaction?
        /// Whether that is under way.
        var isRunning = false
        /// Packages of which something had begun and not ended when the database was last read.
        var unfinished: Set<ResourceKey> = []
        /// Packages whose change is recorded, and of which it is not known yet what follows for files.
        var unexplained: [ResourceKey] = []
        /// Whether packages changed and ``followers`` do not know.
        var isNews = false
    }

    /// What came of a look at the database.
    private enum Look {
        /// It was read, or is as it was.
        case read
        /// A transaction is running.
        case busy
        /// A transaction ended a moment ago: it may still be written without a trace.
        case unsettled
    }

    /// How many looks at a database that is being written are taken before it is left for later.
    struct Patience: Sendable {
        // So many looks take two seconds, five, and a minute.
        var usual = 200
        var beforeOwn = 500
        var afterOwn = 6000
    }

    /// Between two looks at a database that was being written a moment ago.
    ///
    /// *Units*: milliseconds.
    private static let pause = 10

    private let database: any PackageDatabase
    private let core: AgentCore
    private let consequences: PackageConsequences?
    private let patience: Patience
    private let onRecord: @Sendable ([RecordedChange]) -> Void
    private let state = Mutex(State())
    /// When packages were changed, as of the database's last write.
    private let lastActivity = Mutex<(lastWrite: Int64, activity: PackageActivity)?>(nil)
    private let followers = Mutex<[@Sendable () -> Void]>([])
    private let wakeup: Wakeup
    private let stopped = Atomic(false)

    init(
        database: any PackageDatabase,
        core: AgentCore,
        consequences: PackageConsequences?,
        patience: Patience = Patience(),
        onRecord: @escaping @Sendable ([RecordedChange]) -> Void
    ) throws {
        self.database = database
        self.core = core
        self.consequences = consequences
        self.patience = patience
        self.onRecord = onRecord
        wakeup = try Wakeup()
    }

    /// Has somebody look at what comes and goes with packages without a trace of its own, each time that packages changed
    /// and that is recorded.
    func follow(_ body: @escaping @Sendable () -> Void) {
        followers.withLock { $0.append(body) }
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
    /// What admins did before is recorded first, and what they do meanwhile besides, under their names.
    /// - Parameters:
    ///   - keys: The packages that are to change.
    ///   - actor: On whose behalf.
    ///   - body: Changes them.
    /// - Throws: `ComponentsError` with code `busy` when another transaction is running, and then nothing is done; what
    ///   `body` throws, once what came of it is recorded; what recording throws.
    func transaction(of keys: [ResourceKey], by actor: Actor, _ body: () throws -> Void) throws {
        try lookBeforeOwn()
        var own = PackageTransaction(of: keys, by: actor, besides: try database.unfinished())
        try core.journal.setValue(own.mark, for: Self.transactionMark)
        state.withLock {
            $0.transaction = own
            $0.isRunning = true
        }
        defer {
            state.withLock {
                $0.isRunning = false
                // What cannot be recorded now is recorded later, and until then others may change packages too.
                $0.transaction?.isMixed = true
            }
        }
        let result = Result { try body() }
        if try !look(patience.afterOwn, isOwn: true) {
            own.isMixed = true
            try core.journal.setValue(own.mark, for: Self.transactionMark)
        }
        try result.get()
    }

    /// Whether it is recorded what Weft's own transactions did, as far as they have ended.
    ///
    /// - Throws: `JournalError`.
    var isOwnRecorded: Bool {
        get throws { try core.journal.value(Self.transactionMark) == nil }
    }

    /// Records what others did, whose transaction must have ended.
    private func lookBeforeOwn() throws {
        for _ in 0..<patience.beforeOwn {
            if try look(1), try !database.isBusy() { return }
            usleep(useconds_t(Self.pause * 1000))
        }
        throw ComponentsError(
            .busy,
            "packages".utf8,
            "another package transaction is running; the step is taken when it has ended"
        )
    }

    /// The packages, by the names of their keys, of which something has begun and not ended.
    ///
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable`.
    var unfinished: Set<String> {
        get throws { Set(try database.unfinished().map(\.key.name)) }
    }

    /// Whether a package transaction is running; `false` where that cannot be told.
    ///
    /// One of Weft's own that was cut off goes on when its program is run once more.
    var isBusy: Bool {
        do {
            if try database.isBusy() { return true }
            guard let own = state.withLock({ $0.isRunning ? $0.transaction : nil }) else { return false }
            return try database.unfinished().contains { !(own.unfinished?.contains($0.key.name) ?? true) }
        } catch {
            return false
        }
    }

    /// When packages are being changed, or were; never where that cannot be told.
    var activity: PackageActivity {
        if isBusy { return .running }
        // Now that none is running, the last write is the end of the last transaction.
        guard let stamp = try? database.stamp(), let lastWrite = stamp.lastWrite else { return .none }
        return lastActivity.withLock { known in
            if let known, known.lastWrite == lastWrite { return known.activity }
            guard let transactions = try? database.recentTransactions() else { return .none }
            let activity = PackageActivity(of: transactions, lastWrite: lastWrite)
            known = (lastWrite, activity)
            return activity
        }
    }

    /// Reads the database when it changed and no transaction is running, and records the difference.
    func check() {
        do {
            _ = try look(patience.usual)
            core.warnings.clear("package-database")
        } catch {
            core.warnings.raise("package-database", "packages are not recorded at the moment: \(error)")
        }
    }

    /// Looks until the database could be read, at most so many times; whether it could.
    private func look(_ count: Int, isOwn: Bool = false) throws -> Bool {
        for _ in 0..<count {
            switch try state.withLock({ try look(&$0, isOwn: isOwn) }) {
            case .read:
                tellFollowers()
                return true
            case .busy where !isOwn: return false
            case .busy, .unsettled: break
            }
            usleep(useconds_t(Self.pause * 1000))
        }
        return false
    }

    private func tellFollowers() {
        let isNews = state.withLock { state in
            defer { state.isNews = false }
            return state.isNews
        }
        guard isNews else { return }
        for body in followers.withLock(\.self) { body() }
    }

    private func look(_ state: inout State, isOwn: Bool) throws -> Look {
        guard isOwn || !state.isRunning else { return .busy }
        // A transaction of Weft's own that was cut off by the end of the daemon has been Weft's own all the same.
        if state.stamp == nil, state.transaction == nil {
            state.transaction = try core.journal.value(Self.transactionMark)
                .map(PackageTransaction.init(mark:))
        }
        let look = try read(&state)
        if case .read = look, state.transaction != nil {
            try core.journal.setValue(nil, for: Self.transactionMark)
            state.transaction = nil
        }
        return look
    }

    /// Reads once, and records what Weft's own transaction did, where there is one, apart from what others did.
    private func read(_ state: inout State) throws -> Look {
        let stamp = try database.stamp()
        guard stamp != state.stamp else { return .read }
        guard try !database.isBusy() else { return .busy }
        let isFirst = state.stamp == nil
        let packages = try database.packages()
        let unfinished = try database.unfinished()
        // What changed while it was read is read again with the next look.
        guard try database.stamp() == stamp else { return .unsettled }
        let known = try core.journal.packages()
        let changed = Self.difference(from: known, to: packages)
        if try core.journal.value(Self.baselineMark) == nil {
            try core.journal.recordBaseline(changed)
            try core.journal.setValue("recorded", for: Self.baselineMark)
        } else if !changed.isEmpty {
            let own = state.transaction
            let isOwn = { (found: Observation) in own?.explains(found, before: known[found.key]) ?? false }
            if let own { try record(changed.filter(isOwn), of: own, &state) }
            try record(changed.filter { !isOwn($0) }, isLate: isFirst, &state)
            state.isNews = true
        }
        try UnfinishedPackages(journal: core.journal).update(unfinished, after: state.transaction)
        // Of what was not configured, the database did not tell all that it brought.
        let keys = Set(unfinished.map(\.key))
        state.unexplained += state.unfinished.subtracting(keys).sorted()
        state.unfinished = keys
        try explain(&state)
        if isFirst { try consequences?.load() }
        state.stamp = stamp
        return .read
    }

    /// Records what Weft's own transaction did, which is in no commit.
    private func record(_ found: [Observation], of own: PackageTransaction, _ state: inout State) throws {
        guard !found.isEmpty else { return }
        try core.journal.record(found, at: core.time.now(), actor: own.actor, isSettled: true)
        core.log.info("recorded packages of a step", metadata: ["changes": "\(found.count)"])
        state.unexplained += found.map(\.key)
    }

    /// Records what others did; of a transaction that ended before the daemon started, no author could be seen.
    private func record(_ found: [Observation], isLate: Bool, _ state: inout State) throws {
        guard !found.isEmpty else { return }
        let recorded = try core.journal.record(
            found,
            at: core.time.now(),
            actor: isLate ? .unknown : core.sessions.actor,
            sessions: isLate ? [] : core.sessions.ids,
            isLate: isLate
        )
        core.log.info("recorded packages", metadata: ["changes": "\(recorded.count)"])
        state.unexplained += found.map(\.key)
        // Whether the next step fails or not, what was recorded is open now.
        onRecord(recorded)
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
