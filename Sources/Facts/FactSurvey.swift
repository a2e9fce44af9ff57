public import FabricModel
import Synchronization
package import SystemPackage

/// Finds out everything that a machine is, with each part in a time of its own.
///
/// A part that takes longer, or fails, is as it was found last, if it ever was; it is not tried again before the earlier try has come to its end, so that a dead
/// mount holds one thread and no more.
public final class FactSurvey: Sendable {
    /// What was found out.
    public struct Outcome: Sendable {
        /// Facts under ohai's names.
        public var facts: FactValue
        /// What could not be found out, and why.
        public var problems: [Problem]
    }

    /// A part of the facts that is missing, or not of now.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// Which part.
        public var collector: String
        /// Why, and what to do.
        public var message: String

        /// Part and reason in one line.
        public var description: String { "\(collector): \(message)" }
    }

    private let machine: MachineFiles
    private let collectors: [any FactCollector]
    private let limit: Duration
    private let calls = TimeLimitedCalls<Result<FactValue, any Error>>()
    /// By collector: what is late or fails now and then has not changed for that.
    private let known = Mutex<[String: FactValue]>([:])

    /// A survey of this machine.
    public convenience init() {
        self.init(MachineFiles())
    }

    /// A survey of the machine whose files lie below a root.
    package convenience init(root: FilePath) {
        self.init(MachineFiles(root: root))
    }

    init(
        _ machine: MachineFiles,
        collectors: [any FactCollector] = FactSurvey.collectors,
        limit: Duration = .seconds(10)
    ) {
        self.machine = machine
        self.collectors = collectors
        self.limit = limit
    }

    static let collectors: [any FactCollector] = [
        PlatformCollector(), KernelCollector(), HostNameCollector(), DomainCollector(), CPUCollector(),
        MemoryCollector(),
        HardwareCollector(), BlockDeviceCollector(), FilesystemCollector(), NetworkCollector(),
        VirtualizationCollector(), UptimeCollector(), AccountCollector(),
    ]

    /// Finds out everything now; blocks the calling thread.
    public func collect() -> Outcome {
        var outcome = Outcome(facts: [:], problems: [])
        for collector in collectors {
            let machine = machine
            let result = calls.call(collector.name, within: limit) {
                Result { try collector.collect(machine) }
            }
            switch result {
            case .success(let facts): known.withLock { $0[collector.name] = facts }
            case .failure(let error):
                outcome.problems.append(Problem(collector: collector.name, message: "\(error)"))
            case nil:
                let message = "did not end within \(limit); look for a dead mount or device"
                outcome.problems.append(Problem(collector: collector.name, message: message))
            }
            let facts = known.withLock { $0[collector.name] }
            if let facts { outcome.facts = outcome.facts.merging(facts) }
        }
        return outcome
    }
}
