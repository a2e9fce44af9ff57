import Components
import FabricAPI
import FabricClient
import FabricModel
import Journal
import LinuxSystem
import Logging
import NodeControl
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
    private let told: ConvergenceTold
    private let onNews: @Sendable () -> Void
    private let rollBacks: RollBacks
    private let client = Mutex<FabricClient?>(nil)
    private let failures = FailedSteps()
    private let followUps: FollowUps
    private let stopped = Atomic(false)
    /// Where a pass could not be made, the next is tried after a while.
    private let trouble = Mutex<Backoff?>(nil)

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
        told = uplink.told
        let synchronizer = uplink.synchronizer
        onNews = { synchronizer.notify() }
        rollBacks = RollBacks(journal: core.journal)
        planner = Planner(
            journal: core.journal,
            records: recording.records,
            consequences: core.consequences,
            feedback: FeedbackPreparation(
                components: core.components,
                consequences: core.consequences,
                journal: core.journal,
                intended: intended
            )
        )
    }

    /// Works until ``stop()``.
    func run() {
        // What a crash interrupted is finished though the server may be away.
        converge()
        while !stopped.load(ordering: .acquiring) {
            // What is to be done may have become another without anybody's word, such as by a restart of the machine.
            _ = intended.changed.wait(timeout: Self.pause(failures.nextRetry, nextAttempt))
            _ = intended.changed.clear()
            guard !stopped.load(ordering: .acquiring) else { return }
            converge()
        }
    }

    /// How long until a pass that could not be made is tried again.
    private var nextAttempt: Duration {
        var generator = SystemRandomNumberGenerator()
        return trouble.withLock { $0?.next(using: &generator) }.map { .seconds($0) } ?? Self.interval
    }

    private static let interval = Duration.seconds(60)

    /// How long to wait for a signal: until something is due, but not without a pause.
    ///
    /// What is due may not be taken at the moment, for want of leave or since somebody paused it.
    static func pause(_ retry: Duration?, _ attempt: Duration) -> Duration {
        max(.seconds(2), min(retry ?? interval, attempt, interval))
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
            // Each says itself which tag it is about.
            return slots.obstacles.sorted { $0.key < $1.key }
                .map { _, obstacle in
                    switch obstacle {
                    case .waiting(let why):
                        HealthWarning(code: "waiting-for-slot", message: why)
                    case .stopped(let why):
                        HealthWarning(code: "rollout-stopped", message: why)
                    }
                }
        }
        return [HealthWarning(code: "paused", message: pause.text)]
    }

    /// Why a step is kept back at the moment, and the way out; `nil` where it is not.
    func obstacle(to step: Plan.Step) -> (fate: PlannedStep.Fate, message: String)? {
        guard core.settings.policy == .apply else { return nil }
        if let pause = intended.value?.pause { return (.paused, pause.text) }
        return step.sharedTag.flatMap { slots.obstacles[$0] }
            .map { obstacle in
                switch obstacle {
                case .waiting(let why): (.waiting, why)
                case .stopped(let why): (.stopped, why)
                }
            }
    }

    /// The steps that failed and wait to be tried again.
    var failed: [FailedStep] { failures.all }

    private func converge() {
        do {
            try watchUnits()
            try finishInterruptedSteps()
            try Holds(core.journal)
                .noteTolerated(against: (intended.previous ?? intended.value)?.configuration)
            for ending in try rollBacks.close(rollBacks.agenda().endings, at: core.time.now()) {
                core.log.notice(
                    "not rolled back",
                    metadata: [
                        "resource": "\(ending.rollBack.change.key)", "why": "\(ending.reason ?? "")",
                    ]
                )
            }
            guard let configuration = intended.value else { return }
            guard core.settings.policy == .apply, !isPaused else {
                return tell(try planner.plan(for: configuration.configuration), of: configuration)
            }
            tell(try converge(to: configuration), of: configuration)
            core.warnings.clear("convergence")
            let isDone = core.warnings["follow-ups"] == nil && core.warnings["package-consequences"] == nil
            trouble.withLock { $0 = isDone ? nil : $0 ?? Self.usualTrouble }
        } catch {
            core.warnings.raise("convergence", "what this node should be cannot be compared: \(error)")
            trouble.withLock { $0 = $0 ?? Self.usualTrouble }
        }
    }

    private static let usualTrouble = Backoff(base: 5, cap: 600)

    /// Has the server told how far this node is what its tags say, where that is news.
    private func tell(_ plan: Plan, of configuration: NodeConfiguration) {
        let report = ConvergenceReport(
            plan,
            failures.all,
            applies: core.settings.policy == .apply,
            withheld: Set(slots.obstacles.keys),
            of: configuration
        )
        if told.set(report) { onNews() }
    }

    /// Makes a pass; what it leaves to be done.
    private func converge(to configuration: NodeConfiguration) throws -> Plan {
        var pass = ConvergencePass(
            core: core,
            planner: planner,
            records: recording.records,
            followUps: followUps,
            failures: failures,
            slots: slots,
            configuration: configuration,
            content: content,
            mayGoOn: { [self] in
                // What the server said since then is another pass.
                !stopped.load(ordering: .acquiring) && intended.value?.etag == configuration.etag
            }
        )
        // Between two passes somebody else gets to see what the first one did.
        if try pass.run() { intended.changed.signal() }
        return pass.plan
    }

    /// Has components watch more of what is of interest: resources with an entry, and those that are recorded.
    private func watchUnits() throws {
        let items = intended.value?.configuration.items ?? []
        let entries = Dictionary(items.map { ($0.key, $0.entry) }) { first, _ in first }
        for component in core.components.listening {
            let recorded = try core.journal.keys(of: component.kinds)
            component.watch(Set(entries.keys).union(recorded), wanted: entries)
        }
    }

    private var isPaused: Bool { intended.value?.pause != nil }

    /// Looks at what a step was about to make when the daemon was killed: whatever it is now is recorded as what it is,
    /// and what was written beside it is removed.
    private func finishInterruptedSteps() throws {
        let isFinished = recording.records.all.map { $0.finishInterrupted() }.allSatisfy(\.self)
        if !isFinished { trouble.withLock { $0 = $0 ?? Self.usualTrouble } }
        for key in core.journal.expectedResources {
            removeTemporaries(of: key)
            recording.records[key.kind]?.look(at: [key])
            try core.journal.forgetExpectations(of: key)
        }
        guard core.settings.policy == .apply else { return }
        do {
            try followUps.takeInFiles()
        } catch {
            core.warnings.raise("follow-ups", "what was changed is not in use yet: \(error)")
        }
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

extension Pause {
    /// Who paused what and why, and the way out.
    fileprivate var text: String {
        let what = tag.map { $0.node == nil ? "the nodes of \($0)" : "this node" } ?? "every node"
        let why = reason.map { ": \($0)" } ?? ""
        let name = tag.map { $0.node?.text ?? $0.text } ?? "--all"
        return "\(by) has paused \(what)\(why) ('weft resume \(name)' lets it go on)"
    }
}
