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
        var lastRescan = core.time.now()
        var (lastAccounts, lastPrune) = (lastRescan, lastRescan)
        var memory = IdleMemory()
        while !stopped.load(ordering: .acquiring) {
            _ = wakeup.wait(timeout: .seconds(Self.round))
            _ = wakeup.clear()
            guard !stopped.load(ordering: .acquiring) else { return }
            let now = core.time.now()
            if now.seconds(since: lastAccounts) >= Self.accountInterval {
                followAccounts()
                lastAccounts = now
            }
            if core.settings.rescan > 0, now.seconds(since: lastRescan) >= Double(core.settings.rescan) {
                recording.rescan()
                lastRescan = now
            }
            if now.seconds(since: lastPrune) >= Self.pruneInterval {
                prune(now)
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

    private func followAccounts() {
        do {
            if try recording.scope.refresh() { recording.followAccounts() }
            core.warnings.clear("accounts")
        } catch {
            core.warnings.raise("accounts", "the homes that are watched stay as they were: \(error)")
        }
    }

    private func prune(_ now: Timestamp) {
        do {
            try core.journal.prune(now: now)
            core.warnings.clear("journal-prune")
        } catch {
            core.warnings.raise("journal-prune", "what is no longer needed could not be removed: \(error)")
        }
    }
}
