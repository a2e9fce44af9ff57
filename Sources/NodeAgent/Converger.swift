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
    private let slots: ConvergenceSlots
    private let rollBacks: RollBacks
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
        slots = uplink.slots
        rollBacks = RollBacks(journal: core.journal)
        planner = Planner(
            journal: core.journal,
            records: recording.records,
            consequences: core.consequences
        )
    }

    /// Works until ``stop()``.
    func run() {
        // What a crash interrupted is finished though the server may be away.
        converge()
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
        guard core.settings.policy == .apply else { return [] }
        guard let pause = intended.value?.pause else {
            // That the others were stopped is shown by itself.
            guard core.warnings["rollout-stopped"] == nil, let obstacle = slots.obstacle else { return [] }
            return [HealthWarning(code: "waiting-for-slot", message: obstacle)]
        }
        let what = pause.tag.map { $0.node == nil ? "the nodes of \($0)" : "this node" } ?? "every node"
        let why = pause.reason.map { ": \($0)" } ?? ""
        return [HealthWarning(code: "paused", message: "\(pause.by) has paused \(what)\(why)")]
    }

    /// The steps that failed and wait to be tried again.
    var failed: [FailedStep] { failures.all }

    private func converge() {
        do {
            try watchUnits()
            try finishInterruptedSteps()
            if let configuration = intended.value?.configuration {
                try Holds(core.journal).noteTolerated(configuration)
            }
            for ending in try rollBacks.close(rollBacks.agenda().endings, at: core.time.now()) {
                core.log.notice(
                    "not rolled back",
                    metadata: [
                        "resource": "\(ending.rollBack.change.key)", "why": "\(ending.reason ?? "")",
                    ]
                )
            }
            guard core.settings.policy == .apply, let configuration = intended.value, !isPaused else {
                return
            }
            try converge(to: configuration)
            core.warnings.clear("convergence")
        } catch {
            core.warnings.raise("convergence", "what this node should be cannot be compared: \(error)")
        }
    }

    private func converge(to configuration: NodeConfiguration) throws {
        var plan = try planner.plan(for: configuration.configuration)
        failures.keep(Set(plan.steps.map(\.key)).union(try followUps.units().keys))
        let due = plan.steps.filter(failures.isDue)
        let tags = Set(due.compactMap(\.sharedTag))
        let leave = slots.acquire(tags, of: configuration)
        func may(_ step: Plan.Step) -> Bool {
            guard mayGoOn else { return false }
            // What came up on the way from a tag without leave waits for the next time.
            return step.sharedTag.map { leave == .granted && tags.contains($0) && slots.holds } ?? true
        }
        for phase in Plan.Phase.allCases where mayGoOn {
            let steps = plan.steps.filter { $0.phase == phase && failures.isDue($0) && may($0) }
            guard !steps.isEmpty else { continue }
            let together = steps.filter(\.isTakenTogether)
            if !together.isEmpty { try take(together) }
            for step in steps where !step.isTakenTogether && may(step) { try take([step]) }
            try followUps.takeInFiles()
            // The next phase finds what this one has made: a package brings files, which may then be right.
            plan = try planner.plan(for: configuration.configuration)
        }
        try restartUnits()
        guard leave == .granted, !due.isEmpty || plan.steps.isEmpty else { return }
        slots.finish(failures.all, of: configuration)
    }

    /// Has components watch more of what is of interest: resources with an entry, and those that are recorded.
    private func watchUnits() throws {
        let entries = Set(intended.value?.configuration.items.map(\.key) ?? [])
        for component in core.components.listening {
            component.watch(units: entries.union(try core.journal.keys(of: component.kinds)))
        }
    }

    private var isPaused: Bool { intended.value?.pause != nil }
    private var mayGoOn: Bool { !stopped.load(ordering: .acquiring) && !isPaused }

    /// Looks at what a step was about to make when the daemon was killed: whatever it is now is recorded as what it is,
    /// and what was written beside it is removed.
    private func finishInterruptedSteps() throws {
        for key in core.journal.expectedResources {
            removeTemporaries(of: key)
            recording.records[key.kind]?.look(at: [key])
            try core.journal.forgetExpectations(of: key)
        }
        if core.settings.policy == .apply { try followUps.takeInFiles() }
    }

    private func removeTemporaries(of key: ResourceKey) {
        guard let path = key.filePath else { return }
        do {
            for left in try AtomicFile.removeTemporaries(beside: path) {
                core.log.notice("removed what an interrupted step left", metadata: ["path": "\(left)"])
            }
        } catch {
            core.log.error(
                "what an interrupted step left may lie beside a file",
                metadata: ["resource": "\(key)", "error": "\(error)"]
            )
        }
    }

    /// Does what the flags of applied entries ask for, where that is due.
    private func restartUnits() throws {
        let units = try followUps.units()
        guard mayGoOn, units.keys.contains(where: failures.isDue) else { return }
        let failed = try followUps.act()
        for (unit, cause) in units {
            guard let error = failed[unit] else {
                failures.succeeded(unit)
                continue
            }
            let message = "cannot be restarted or reloaded: \(Self.message(error))"
            failures.failed(FailedStep(unit: unit, for: cause, message, at: core.time.now()))
            core.log.error("a unit was not restarted", metadata: ["unit": "\(unit)", "error": "\(error)"])
        }
    }

    /// Takes steps of one kind, together.
    private func take(_ steps: [Plan.Step]) throws {
        guard let kind = steps.first?.key.kind else { return }
        guard let record = recording.records[kind] else {
            for step in steps { try note(step, Self.unknown(step.key)) }
            return
        }
        let earlier = try followUps.begin(steps)
        let failed = ComponentStep(journal: core.journal, record: record, content: content).take(steps)
        try followUps.end(earlier, taken: steps.filter { failed[$0.key] == nil })
        for step in steps { try note(step, failed[step.key]) }
    }

    private static func unknown(_ key: ResourceKey) -> ComponentsError {
        ComponentsError(
            .cannotChange,
            key.nameBytes,
            "this node records nothing of the kind \(key.kind.rawValue)"
        )
    }

    /// Keeps what came of a step.
    private func note(_ step: Plan.Step, _ error: (any Error)?) throws {
        let message = error.map(Self.message)
        let reason = step.actor.evidence ?? ""
        if case .rollBack(let rollBack) = step.origin {
            try rollBacks.note(rollBack, failure: message, at: core.time.now())
        }
        guard let message else {
            failures.succeeded(step.key)
            return core.log.notice("\(reason)", metadata: ["resource": "\(step.key)"])
        }
        failures.failed(FailedStep(step, message, at: core.time.now()))
        core.log.error(
            "a step failed",
            metadata: ["resource": "\(step.key)", "step": "\(reason)", "error": "\(message)"]
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
