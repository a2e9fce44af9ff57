import Components
import FabricAPI
import FabricModel
import Journal
import Logging

/// One way through a plan, phase by phase, to what tags and reviewers want.
struct ConvergencePass {
    let core: AgentCore
    let planner: Planner
    let records: RecordTable
    let followUps: FollowUps
    let failures: FailedSteps
    let rollBacks: RollBacks
    let slots: ConvergenceSlots
    /// What this node should be.
    let configuration: NodeConfiguration
    /// Gives the bytes of a digest.
    let content: (ContentDigest) throws -> [UInt8]?
    /// Whether the configuration still holds, and nobody has stopped the daemon or paused it.
    let mayGoOn: () -> Bool

    /// What is to be done; after ``run()``, what is left of it.
    private(set) var plan = Plan()
    private var leave = ConvergenceSlots.Leave()
    private var tried: Set<ResourceKey> = []
    private var failed: [ResourceKey: (step: Plan.Step, error: any Error)] = [:]
    private var hasTaken = false

    init(
        core: AgentCore,
        planner: Planner,
        records: RecordTable,
        followUps: FollowUps,
        failures: FailedSteps,
        slots: ConvergenceSlots,
        configuration: NodeConfiguration,
        content: @escaping (ContentDigest) throws -> [UInt8]?,
        mayGoOn: @escaping () -> Bool
    ) {
        self.core = core
        self.planner = planner
        self.records = records
        self.followUps = followUps
        self.failures = failures
        self.rollBacks = RollBacks(journal: core.journal)
        self.slots = slots
        self.configuration = configuration
        self.content = content
        self.mayGoOn = mayGoOn
    }

    /// Takes what is due, and gives leave back when it is through, whatever came of it.
    ///
    /// - Returns: Whether there is more to be done at once, which was not tried yet: what a step upset, or a hold that has
    ///   ended meanwhile.
    /// - Throws: What making plans and keeping books throws; steps that fail are kept, and throw nothing.
    mutating func run() throws -> Bool {
        try followUps.keepUnits(of: configuration.configuration)
        plan = try planner.plan(for: configuration.configuration)
        failures.keep(Set(plan.steps.map(\.key)).union(try followUps.units().keys))
        let due = plan.steps.filter(failures.isDue)
        leave = slots.acquire(Set(due.compactMap(\.sharedTag)), of: configuration)
        let phases = Result {
            try takePhases()
            // What one needed another may have made since: a name that was taken, a unit that is required.
            let again = Set(failed.filter { $0.value.step.isTriedAgain }.keys)
            if hasTaken, !again.isEmpty { try takePhases(again) }
        }
        // What failed until then is told whatever came after it.
        let books = Result {
            for (step, error) in failed.values { try note(step, error) }
            try restartUnits()
        }
        slots.finish(failures.all, awaiting: Set(leave.obstacles.keys), of: configuration)
        try phases.get()
        try books.get()
        // What failed for want of what was kept back until now may come true.
        if hasTaken, leave.obstacles.isEmpty, failures.hasten() { return true }
        // Two programs that undo each other's work must not do that as fast as they can.
        return hasTaken && plan.steps.contains { !tried.contains($0.key) && failures.isDue($0) && may($0) }
    }

    /// Takes the steps of some resources, or those of all that were not tried.
    private mutating func takePhases(_ chosen: Set<ResourceKey>? = nil) throws {
        for phase in Plan.Phase.allCases where mayGoOn() {
            let steps = plan.steps.filter { step in
                step.phase == phase && chosen?.contains(step.key) ?? !tried.contains(step.key)
                    && failures.isDue(step) && may(step)
            }
            guard !steps.isEmpty else { continue }
            tried.formUnion(steps.map(\.key))
            let together = steps.filter(\.isTakenTogether)
            if !together.isEmpty { try take(together) }
            for step in steps where !step.isTakenTogether && may(step) { try take([step]) }
            takeInFiles()
            // The next phase finds what this one has made: a package brings files, which may then be right.
            plan = try planner.plan(for: configuration.configuration)
        }
    }

    private func may(_ step: Plan.Step) -> Bool {
        guard mayGoOn() else { return false }
        // What came up on the way from a tag without leave waits for the next time.
        return step.sharedTag.map { leave.granted.contains($0) && slots.holds } ?? true
    }

    /// Takes steps of one kind, together.
    private mutating func take(_ steps: [Plan.Step]) throws {
        guard let kind = steps.first?.key.kind else { return }
        guard let record = records[kind] else {
            for step in steps { failed[step.key] = (step, Self.unknown(step.key)) }
            return
        }
        let earlier = try followUps.begin(steps)
        let errors = ComponentStep(journal: core.journal, record: record, content: content).take(steps)
        try followUps.end(earlier, taken: steps.filter { errors[$0.key] == nil })
        for step in steps {
            if let error = errors[step.key] {
                failed[step.key] = (step, error)
            } else {
                failed[step.key] = nil
                hasTaken = true
                try note(step, nil)
            }
        }
    }

    private static func unknown(_ key: ResourceKey) -> ComponentsError {
        ComponentsError(
            .cannotChange,
            key.nameBytes,
            "this node records nothing of the kind \(key.kind.rawValue)"
        )
    }

    /// Has components take in the files that were changed; where one cannot, it is tried again with the next pass.
    private func takeInFiles() {
        do {
            try followUps.takeInFiles()
            core.warnings.clear("follow-ups")
        } catch {
            core.warnings.raise("follow-ups", "what was changed is not in use yet: \(error)")
        }
    }

    /// Does what the flags of applied entries ask for, where that is due.
    private func restartUnits() throws {
        let units = try followUps.units()
        guard mayGoOn(), units.keys.contains(where: failures.isDue) else { return }
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
        var failure = FailedStep(step, message, at: core.time.now())
        let code = (error as? ComponentsError)?.code
        failure.isWaiting = code.map { [.busy, .held, .changedMeanwhile].contains($0) } ?? false
        if !failure.isWaiting, let tag = tagKeptBack(before: step) {
            failure.isPremature = true
            failure.message +=
                "; what \(tag) wants may have to come first, and waits (\"weft plan\" says why)"
        }
        failures.failed(failure)
        guard !failure.isWaiting else {
            return core.log.notice(
                "a step waits",
                metadata: ["resource": "\(step.key)", "why": "\(message)"]
            )
        }
        core.log.error(
            "a step failed",
            metadata: ["resource": "\(step.key)", "step": "\(reason)", "error": "\(message)"]
        )
    }

    /// A tag of which steps wait for leave that may have to be taken before a step.
    ///
    /// Without them it may fail though nothing is wrong with it, and that must not stop other nodes.
    private func tagKeptBack(before step: Plan.Step) -> TagName? {
        plan.steps.first { other in
            other.phase.rawValue <= step.phase.rawValue
                && other.sharedTag.map { leave.obstacles[$0] != nil } ?? false
        }?
        .sharedTag
    }

    /// Why, without the resource, which whoever reads it knows.
    private static func message(_ error: any Error) -> String {
        guard let error = error as? ComponentsError else { return "\(error)" }
        return error.code == .programFailed ? "\(error.subject): \(error.message)" : error.message
    }
}
