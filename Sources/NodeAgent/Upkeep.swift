import FabricModel
import FileWatching
import Journal
import LinuxSystem
import Logging
import Synchronization
import SystemPackage

/// What has to be done now and then: compare everything with the record, follow accounts, prune the journal, give back
/// memory.
final class Upkeep: Sendable {
    /// Seconds between two rounds, so that memory goes back soon after work; each other thing has its own, longer interval.
    private static let round = 2.0
    private static let accountInterval = 60.0
    private static let pruneInterval = 3600.0

    private let core: AgentCore
    private let recording: Recording
    private let wakeup: Wakeup
    private let stopped = Atomic(false)

    init(_ core: AgentCore, _ recording: Recording) throws {
        self.core = core
        self.recording = recording
        wakeup = try Wakeup()
    }

    /// Works until ``stop()``.
    func run() {
        let start = MonotonicClock.nanoseconds()
        var (lastRescan, lastAccounts, lastPrune) = (start, start, start)
        var memory = IdleMemory()
        while !stopped.load(ordering: .acquiring) {
            _ = wakeup.wait(timeout: .seconds(Self.round))
            _ = wakeup.clear()
            guard !stopped.load(ordering: .acquiring) else { return }
            for watch in recording.watches { watch.retry() }
            let now = MonotonicClock.nanoseconds()
            func isDue(_ interval: Double, since last: Int64) -> Bool { Double(now - last) / 1e9 >= interval }
            if isDue(Self.accountInterval, since: lastAccounts) {
                recording.followAccounts()
                lastAccounts = now
            }
            if core.settings.rescan > 0, isDue(Double(core.settings.rescan), since: lastRescan) {
                recording.rescan()
                lastRescan = now
            }
            if isDue(Self.pruneInterval, since: lastPrune) {
                prune()
                lastPrune = now
            }
            // Without /proc there is nothing to go by, and memory stays as it is.
            if let usage = try? ProcessUsage.current() { memory.look(cpuTicks: usage.cpuTicks) }
        }
    }

    /// Ends ``run()``.
    func stop() {
        stopped.store(true, ordering: .releasing)
        wakeup.signal()
    }

    private func prune() {
        do {
            try core.journal.prune(now: core.time.now())
            core.warnings.clear("journal-prune")
        } catch {
            core.warnings.raise("journal-prune", "what is no longer needed could not be removed: \(error)")
        }
    }
}
