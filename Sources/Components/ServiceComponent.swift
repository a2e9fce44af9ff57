public import FabricModel
import LinuxSystem
import Synchronization
public import SystemPackage

/// Identifies, changes and reports services: the units of a service manager.
///
/// How a unit is started and whether it is masked is read from the disk. Whether it runs is what somebody's last order
/// made of it: an end without an order is a matter of health.
public final class ServiceComponent: ListeningComponent {
    let manager: any ServiceManager
    let files: UnitFiles
    let defaults: any UnitDefaults
    private let memory = Mutex(Memory())

    private struct Memory {
        /// What the last order made of units, by name.
        var running: [UnitName: Bool] = [:]
        /// Units with an entry or a baseline.
        var watched: Set<UnitName> = []
        /// Units that are to run, as their entries say.
        var wanted: Set<UnitName> = []
    }

    /// A component for the services of a system.
    ///
    /// - Parameters:
    ///   - manager: What runs them.
    ///   - system: The package manager's family, which tells what packages make of their units.
    ///   - root: Where the system's files are: `/` but for tests.
    public init(_ manager: any ServiceManager, _ system: PackageSystem, root: FilePath = "/") {
        self.manager = manager
        files = UnitFiles(places: UnitPlaces(root: root))
        switch system {
        case .dpkg: defaults = DebSystemdHelper(files: files)
        case .rpm: defaults = UnitPresets(files: files)
        }
    }

    /// Services.
    public var kinds: Set<ResourceKind> { [.service] }

    /// Says of which units without an enablement it is recorded too whether they run: those with an entry or a baseline.
    public func watch(_ resources: Set<ResourceKey>, wanted: [ResourceKey: Entry]) {
        let running = wanted.filter { _, entry in
            if case .service(let state) = entry { state.isRunning == true } else { false }
        }
        memory.withLock { memory in
            memory.watched = Set(resources.compactMap { UnitName($0) })
            memory.wanted = Set(running.keys.compactMap { UnitName($0) })
        }
    }

    /// Tells which units' running state may have changed, until it is stopped; blocks the thread.
    ///
    /// - Parameter onChange: Takes the units that are to be looked at, and whether somebody's order was seen. Without one,
    ///   after the start of the system or of the daemon, what is found is to be recorded as late.
    public func run(onChange: (_ units: Set<ResourceKey>, _ isOrdered: Bool) -> Void) {
        func take(_ news: ServiceNews) {
            switch news {
            case .ordered(let unit, let activity):
                // One that was started and has ended by itself since is a matter of health.
                guard activity == .running || activity == .stopped, let name = UnitName(unit),
                    isRecorded(name, linksNow(of: name))
                else { break }
                memory.withLock { $0.running[name] = activity == .running }
                onChange([name.key], true)
            case .unknown:
                let changed = lookAgain()
                if !changed.isEmpty { onChange(Set(changed.map(\.key)), false) }
            }
        }
        manager.run(isOfInterest: { isOfInterest($0) }, onNews: { take($0) })
    }

    /// Ends ``run(onChange:)``, from any thread; for good.
    public func stop() { manager.stop() }

    /// Waits until every unit that was started or stopped before the call was told of.
    ///
    /// - Returns: `false` when the time ran out, or running state is not observed.
    @discardableResult
    public func flush(timeout: Duration) -> Bool { manager.flush(timeout: timeout) }

    /// Whether a unit runs by somebody's order, as far as that is recorded.
    func running(_ units: [UnitName: UnitLinks.Links]) -> [UnitName: Bool] {
        let (known, watched) = memory.withLock { ($0.running, $0.watched) }
        let wanted = units.filter { unit, links in
            known[unit] == nil && unit.isOneThatRuns && (!links.paths.isEmpty || watched.contains(unit))
        }
        // That nothing answers is told by `problem`; what is on the disk is known all the same.
        let activity = (try? manager.activity(of: Set(wanted.keys.map(\.text)))) ?? [:]
        var found: [UnitName: Bool] = [:]
        for (unit, links) in wanted {
            guard let activity = activity[unit.text], isRecorded(unit, links) else { continue }
            switch activity {
            case .running: found[unit] = true
            // One that is being started does not run yet: the order that has it started is told when it ends, and would be
            // nothing new if it ran already.
            case .stopped, .changing: found[unit] = false
            // Whether somebody wants it to run cannot be seen from that.
            case .failed: break
            }
        }
        return memory.withLock { memory in
            // An order that was seen meanwhile counts more.
            memory.running.merge(found) { known, _ in known }
            return memory.running.filter { units.keys.contains($0.key) }
        }
    }

    /// Units with an entry or a baseline.
    var watched: Set<UnitName> { memory.withLock(\.watched) }

    /// What the last order made of units, and which are to run, as their entries say.
    var health: (running: [UnitName: Bool], wanted: Set<UnitName>) {
        memory.withLock { ($0.running, $0.wanted) }
    }

    /// Takes over what this program itself made of a unit.
    func remember(_ unit: UnitName, isRunning: Bool?) {
        memory.withLock { $0.running[unit] = isRunning }
    }

    private func isOfInterest(_ unit: String) -> Bool {
        guard let name = UnitName(unit), name.isOneThatRuns else { return false }
        let isKnown = memory.withLock { $0.running[name] != nil || $0.watched.contains(name) }
        // What cannot be read now is found when all are looked at.
        return isKnown || (try? UnitLinks(files).units[name]?.paths.isEmpty) == false
    }

    private func linksNow(of unit: UnitName) -> UnitLinks.Links {
        (try? UnitLinks(files).units[unit]) ?? .init()
    }

    /// Finds out anew which units run.
    ///
    /// - Returns: Those of which something else was known.
    private func lookAgain() -> Set<UnitName> {
        let links = (try? UnitLinks(files).units) ?? [:]
        let before = memory.withLock(\.running)
        var units = links
        for unit in Set(before.keys).union(watched) where units[unit] == nil { units[unit] = .init() }
        units = units.filter { $0.key.isOneThatRuns }
        guard let activity = try? manager.activity(of: Set(units.keys.map(\.text))) else { return [] }
        var changed: Set<UnitName> = []
        for (unit, links) in units {
            guard let now = activity[unit.text], now == .running || now == .stopped else { continue }
            let isRunning = now == .running
            let isConcerned = before[unit] != nil || !links.paths.isEmpty || watched.contains(unit)
            guard isConcerned, before[unit] != isRunning, isRecorded(unit, links) else { continue }
            changed.insert(unit)
            memory.withLock { $0.running[unit] = isRunning }
        }
        return changed
    }

    /// What is started by something else when it is needed runs or not whatever anybody ordered, unless it is started by
    /// itself besides.
    private func isRecorded(_ unit: UnitName, _ links: UnitLinks.Links) -> Bool {
        // It was recorded when it still had its links.
        if links.areStarting || memory.withLock({ $0.running[unit] != nil }) { return true }
        return (try? manager.isTriggered(unit.text)) == false
    }
}
