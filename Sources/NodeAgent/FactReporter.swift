import Components
import FabricAPI
import FabricClient
import FabricModel
import Facts
import Journal
import LinuxSystem
import Logging
import Synchronization

/// Finds out what this node is, and tells the server when that changed.
final class FactReporter: Sendable {
    /// Seconds after which the server is told also what changes by itself.
    private static let longest = 86_400.0
    /// Seconds for which what ohai said is taken to be so, while nothing else changed.
    private static let ohaiInterval = 3600.0
    /// How long ohai may take; plug-ins of sites ask all kinds of things.
    private static let ohaiLimit = Duration.seconds(120)
    /// Where the journal keeps what the server was told, when, and in which life of its store.
    private static let mark = "facts/told"

    private let core: AgentCore
    private let send: Send
    private let survey: FactSurvey
    private let ohai: @Sendable () throws -> [UInt8]
    private let said = Mutex<Said?>(nil)
    private let wakeup: Wakeup
    private let stopped = Atomic(false)

    /// What ohai said, and of what shape of the machine.
    private struct Said {
        var facts: FactValue
        var digest: ContentDigest
        var at: Int64
    }

    /// Brings a report to the server; `false` while the node is not registered there.
    typealias Send = @Sendable (FactReport) throws(ClientError) -> Bool

    init(
        _ core: AgentCore,
        survey: FactSurvey = FactSurvey(),
        ohai: @escaping @Sendable () throws -> [UInt8] = { try Ohai.output(time: FactReporter.ohaiLimit) },
        send: @escaping Send
    ) throws {
        self.core = core
        self.send = send
        self.survey = survey
        self.ohai = ohai
        wakeup = try Wakeup()
    }

    /// Something happened that may have changed the machine: look soon.
    func hint() {
        wakeup.signal()
    }

    /// Works until ``stop()``.
    func run() {
        var backoff = Backoff()
        var generator = SystemRandomNumberGenerator()
        while !stopped.load(ordering: .acquiring) {
            switch look() {
            case .told:
                backoff.reset()
                _ = wakeup.wait(timeout: .seconds(core.settings.factInterval))
                _ = wakeup.clear()
            case .notRegistered: sitOut(2)
            case .failed(let error):
                sitOut(backoff.next(retryAfter: error.retryAfter.map(Double.init), using: &generator))
            }
        }
    }

    /// Ends ``run()``.
    func stop() {
        stopped.store(true, ordering: .releasing)
        wakeup.signal()
    }

    /// Waits so many seconds whatever is hinted at meanwhile, or for ``stop()``.
    private func sitOut(_ seconds: Double) {
        let end = MonotonicClock.nanoseconds() + Int64(seconds * 1e9)
        while !stopped.load(ordering: .acquiring), case let left = end - MonotonicClock.nanoseconds(),
            left > 0
        {
            _ = wakeup.wait(timeout: .nanoseconds(left))
            _ = wakeup.clear()
        }
    }

    /// What came of a look.
    enum Look: Equatable {
        /// The server knows what there is to know, or does not want to.
        case told
        case notRegistered
        case failed(ClientError)
    }

    /// Finds out what this node is now, and tells the server what is news.
    func look() -> Look {
        do {
            let report = FactReport(facts: facts())
            // Before it is told: a store that is restored meanwhile may not know it.
            let life = storeLife()
            guard isNews(report, to: life) else { return .told }
            guard report.json.count <= APILimits.facts else {
                core.warnings.raise(
                    "facts-size",
                    "the facts of this node are too large to be sent; leave ohai out of 'facts'"
                )
                return .told
            }
            guard try send(report) else { return .notRegistered }
            core.warnings.clear("facts-size")
            core.warnings.clear("facts-refused")
            keepTold(report, to: life)
            return .told
        } catch {
            guard error.code == .refused, !error.isTransient else { return .failed(error) }
            // What is refused for good would be refused again.
            core.warnings.raise("facts-refused", "the server does not take the facts of this node: \(error)")
            return .told
        }
    }

    /// What this machine is now, with what ohai alone knows where the settings want that.
    func facts() -> FactValue {
        let outcome = survey.collect()
        if let problem = outcome.problems.first {
            let more = outcome.problems.count > 1 ? ", and \(outcome.problems.count - 1) more" : ""
            core.warnings.raise("facts", "not all facts of this node are known: \(problem)\(more)")
        } else {
            core.warnings.clear("facts")
        }
        return core.settings.asksOhai
            ? outcome.facts.merging(ohaiFacts(besides: outcome.facts)) : outcome.facts
    }

    private func ohaiFacts(besides own: FactValue) -> FactValue {
        let digest = own.stableDigest
        let now = MonotonicClock.nanoseconds()
        if let said = said.withLock(\.self), said.digest == digest,
            Double(now - said.at) / 1e9 < Self.ohaiInterval
        {
            return said.facts
        }
        do {
            let facts = try FactValue(json: ohai())
            core.warnings.clear("facts-ohai")
            said.withLock { $0 = Said(facts: facts, digest: digest, at: now) }
            return facts
        } catch {
            core.warnings.raise("facts-ohai", "what ohai knows is missing: \(error)")
            // What it said before is nearer to the truth than nothing, and no change of the machine.
            return said.withLock { $0?.facts } ?? [:]
        }
    }

    /// The life of the server's store, as far as this node knows it.
    private func storeLife() -> String {
        do {
            return try core.journal.value(KnownStore.life) ?? "-"
        } catch {
            // To tell it once more changes nothing.
            return "-"
        }
    }

    /// Whether the server was told another shape of the machine, this one long ago, or in another life of its store.
    private func isNews(_ report: FactReport, to life: String) -> Bool {
        do {
            let parts = try core.journal.value(Self.mark)?.split(separator: " ") ?? []
            guard parts.count == 3, parts[0] == report.digest.text, parts[2] == life else { return true }
            let age = core.time.now().seconds(since: try Timestamp(String(parts[1])))
            // A clock that was set back is no reason to stay silent.
            return !(0..<Self.longest).contains(age)
        } catch {
            // To tell it once more changes nothing.
            return true
        }
    }

    private func keepTold(_ report: FactReport, to life: String) {
        do {
            try core.journal.setValue("\(report.digest) \(core.time.now()) \(life)", for: Self.mark)
            core.log.info("told the server the facts of this node", metadata: ["digest": "\(report.digest)"])
        } catch {
            // They are told once more, which changes nothing there.
            core.log.info("not noted that facts were told", metadata: ["error": "\(error)"])
        }
    }
}
