import FabricModel
import Journal

/// The changes that reviewers ask this node to put back, as steps of a convergence.
///
/// It only plans and keeps the books: whoever takes a step does that as with any other, with the step's entry expected in
/// the journal, and says what came of it.
struct RollBacks: Sendable {
    /// A resource that is to become again what it was before a change.
    struct Step: Sendable, Hashable {
        /// What asks for it.
        var rollBack: RollBack
        /// What the resource is to be: the state before, or of what the change did not touch nothing.
        var entry: Entry
        /// What it is.
        var current: ResourceState

        /// The resource.
        var key: ResourceKey { rollBack.change.key }
        /// On whose behalf it is put back.
        var actor: Actor {
            let evidence = "rolled back commit \(rollBack.decision.commit.short) for \(rollBack.decision.by)"
            return Actor(tier: .exact, name: "weft", evidence: evidence)
        }
    }

    /// A roll-back for which nothing is to be done any more.
    struct Ending: Sendable, Hashable {
        var rollBack: RollBack
        var result: RollBack.Result
        var reason: String?
    }

    /// What is to be put back, and what no longer.
    struct Agenda: Sendable, Hashable {
        /// By key.
        var steps: [Step] = []
        /// By key; to be kept with ``RollBacks/close(_:at:)`` by a node that applies.
        var endings: [Ending] = []
    }

    let journal: Journal

    /// Compares what is asked for with what is recorded; changes nothing.
    ///
    /// - Throws: `JournalError`.
    func agenda() throws(JournalError) -> Agenda {
        var agenda = Agenda()
        for rollBack in try journal.pendingRollBacks() {
            let current = try journal.baseline(rollBack.change.key)?.state ?? .absent
            let entry = Entry(before: rollBack.change)
            // It may have come back to what was rejected since, and that may have been approved.
            let isUntouched = !rollBack.isSuperseded && current.matches(rollBack.change.after)
            if isUntouched, !entry.isSatisfied(by: current) {
                agenda.steps.append(Step(rollBack: rollBack, entry: entry, current: current))
            } else {
                agenda.endings.append(Self.ending(rollBack, entry, current, isUntouched: isUntouched))
            }
        }
        return agenda
    }

    private static func ending(
        _ rollBack: RollBack,
        _ entry: Entry,
        _ current: ResourceState,
        isUntouched: Bool
    ) -> Ending {
        if isUntouched {
            let reason = "nothing of what it was is kept that could be put back, such as a password"
            return Ending(rollBack: rollBack, result: .skipped, reason: reason)
        }
        guard !entry.isSatisfied(by: current) else { return Ending(rollBack: rollBack, result: .done) }
        let reason = "it has changed once more since, and stays as it is"
        return Ending(rollBack: rollBack, result: .skipped, reason: reason)
    }

    /// Keeps that nothing is to be done any more; what is given back was skipped, for the log.
    ///
    /// - Throws: `JournalError`.
    func close(_ endings: [Ending], at time: Timestamp) throws(JournalError) -> [Ending] {
        for ending in endings {
            try journal.mark(ending.rollBack, ending.result, because: ending.reason, at: time)
        }
        return endings.filter { $0.result == .skipped }
    }

    /// Keeps what came of a step; with a failure it stays to be done.
    ///
    /// - Throws: `JournalError`.
    func note(_ step: Step, failure: String?, at time: Timestamp) throws(JournalError) {
        try journal.mark(step.rollBack, failure == nil ? .done : .failed, because: failure, at: time)
    }
}

extension Entry {
    /// What undoes a change: the state before it where that is a whole, and else what the change touched as it was.
    init(before change: Change) {
        switch (change.before, change.after) {
        case (.package(let state), _):
            // Exactly that version: `>=` would leave an update as it is, and take more than was there after a downgrade.
            self = .package(state.newest.map(PackageWish.exactly) ?? .removed)
        case (.service(let state), let after):
            self = .service(state.running(asBefore: after.service))
        case (.absent, .service(let after)):
            self = .service(ServiceState().running(asBefore: after))
        default:
            var inverse = change
            inverse.before = change.after
            inverse.after = change.before
            self = Entry(asking: inverse)
        }
    }
}

extension ServiceState {
    /// This state before another; whether the unit ran then follows from whether it was enabled, where nobody recorded it.
    fileprivate func running(asBefore after: ServiceState?) -> ServiceState {
        var state = self
        if isRunning == nil, after?.isRunning != nil { state.isRunning = enablement == .enabled }
        return state
    }
}

extension ResourceState {
    fileprivate var service: ServiceState? {
        if case .service(let state) = self { state } else { nil }
    }
}
