import Components
import FabricAPI
import FabricClient
import FabricModel
import Journal
import LinuxSystem
import Logging
import Synchronization

/// Brings this node to its effective configuration, where its own settings allow that.
///
/// Each step says in the journal what it is about to make, does it, has it recorded, and looks whether it came true. A
/// step that fails leaves the others going and is tried again later.
final class Converger: Sendable {
    private let core: AgentCore
    private let planner: Planner
    private let recording: Recording
    private let intended: IntendedConfiguration
    private let registration: Registration
    private let client = Mutex<FabricClient?>(nil)
    private let failures = FailedSteps()
    private let followUps: FollowUps
    private let stopped = Atomic(false)

    init(
        _ core: AgentCore,
        _ recording: Recording,
        _ uplink: Uplink
    ) {
        self.core = core
        self.recording = recording
        followUps = FollowUps(journal: core.journal, components: core.components)
        intended = uplink.intended
        registration = uplink.registration
        planner = Planner(
            journal: core.journal,
            records: recording.records,
            consequences: core.consequences
        )
    }

    /// Works until ``stop()``.
    func run() {
        while !stopped.load(ordering: .acquiring) {
            _ = intended.changed.wait(timeout: failures.nextRetry ?? .seconds(3600))
            _ = intended.changed.clear()
            guard !stopped.load(ordering: .acquiring) else { return }
            converge()
        }
    }

    /// Ends ``run()`` after the step in hand.
    func stop() {
        stopped.store(true, ordering: .releasing)
        client.withLock(\.self)?.cancel()
        intended.changed.signal()
    }

    /// What would be done now; `nil` while it is not known what this node should be.
    ///
    /// - Throws: what making a plan throws.
    func plan() throws -> Plan? {
        try intended.value.map { try planner.plan(for: $0.configuration) }
    }

    /// Why nothing is changed at the moment though the node's own setting allows it.
    var warnings: [HealthWarning] {
        guard core.settings.policy == .apply, let pause = intended.value?.pause else { return [] }
        let what = pause.tag.map { $0.node == nil ? "the nodes of \($0)" : "this node" } ?? "every node"
        let why = pause.reason.map { ": \($0)" } ?? ""
        return [HealthWarning(code: "paused", message: "\(pause.by) has paused \(what)\(why)")]
    }

    /// The steps that failed and wait to be tried again.
    var failed: [FailedStep] { failures.all }

    private func converge() {
        if let items = intended.value?.configuration.items {
            let keys = Set(items.map(\.key))
            for component in core.components.listening { component.watch(units: keys) }
        }
        do {
            try finishInterruptedSteps()
            guard core.settings.policy == .apply, var plan = try plan(), !isPaused else { return }
            failures.keep(Set(plan.steps.map(\.item.key)).union(try followUps.units()))
            for phase in Plan.Phase.allCases where mayGoOn {
                let steps = plan.steps.filter { $0.phase == phase && failures.isDue($0.item) }
                guard !steps.isEmpty else { continue }
                let together = steps.filter(\.isTakenTogether)
                if !together.isEmpty { try take(together) }
                for step in steps where !step.isTakenTogether && mayGoOn { try take([step]) }
                try followUps.takeInFiles()
                // The next phase finds what this one has made: a package brings files, which may then be right.
                plan = try self.plan() ?? plan
            }
            try restartUnits()
            core.warnings.clear("convergence")
        } catch {
            core.warnings.raise("convergence", "what this node should be cannot be compared: \(error)")
        }
    }

    private var isPaused: Bool { intended.value?.pause != nil }
    private var mayGoOn: Bool { !stopped.load(ordering: .acquiring) && !isPaused }

    /// Looks at what a step was about to make when the daemon was killed: whatever it is now is recorded as what it is.
    private func finishInterruptedSteps() throws {
        for key in core.journal.expectedResources {
            recording.records[key.kind]?.look(at: [key])
            try core.journal.forgetExpectations(of: key)
        }
        if core.settings.policy == .apply { try followUps.takeInFiles() }
    }

    /// Does what the flags of applied entries ask for, where that is due.
    private func restartUnits() throws {
        guard mayGoOn, try followUps.units().contains(where: failures.isDue) else { return }
        let units = try followUps.units()
        let failed = try followUps.act()
        for unit in units {
            if let error = failed[unit] {
                failures.failed(unit, nil, "cannot be restarted: \(Self.message(error))", at: core.time.now())
                core.log.error(
                    "a unit was not restarted",
                    metadata: ["unit": "\(unit)", "error": "\(error)"]
                )
            } else {
                failures.succeeded(unit)
            }
        }
    }

    /// Takes steps of one kind, together.
    private func take(_ steps: [Plan.Step]) throws {
        guard let kind = steps.first?.item.key.kind else { return }
        guard let record = recording.records[kind] else {
            for step in steps { note(step, Self.unknown(step.item.key)) }
            return
        }
        let earlier = try followUps.begin(steps)
        let failed = ComponentStep(journal: core.journal, record: record, content: content).take(steps)
        try followUps.end(earlier, taken: steps.filter { failed[$0.item.key] == nil })
        for step in steps { note(step, failed[step.item.key]) }
    }

    private static func unknown(_ key: ResourceKey) -> ComponentsError {
        ComponentsError(
            .cannotChange,
            key.nameBytes,
            "this node records nothing of the kind \(key.kind.rawValue)"
        )
    }

    /// Keeps what came of a step.
    private func note(_ step: Plan.Step, _ error: (any Error)?) {
        let item = step.item
        guard let error else {
            failures.succeeded(item.key)
            return core.log.notice(
                "applied",
                metadata: ["resource": "\(item.key)", "from": "\(item.reference)"]
            )
        }
        failures.failed(item.key, item, Self.message(error), at: core.time.now())
        core.log.error(
            "a step failed",
            metadata: ["resource": "\(item.key)", "from": "\(item.reference)", "error": "\(error)"]
        )
    }

    /// Why, without the resource, which whoever reads it knows.
    private static func message(_ error: any Error) -> String {
        guard let error = error as? ComponentsError else { return "\(error)" }
        return error.code == .programFailed ? "\(error.subject): \(error.message)" : error.message
    }

    /// The bytes of a digest: from the journal, or else from the server.
    private func content(_ digest: ContentDigest) throws -> [UInt8]? {
        if let known = try core.journal.content(digest) { return known }
        let client = try client.withLock { client in
            let known = try client ?? registration.waitingClient()
            client = known
            return known
        }
        return try client?.content(digest, for: core.identity.id)
    }
}
