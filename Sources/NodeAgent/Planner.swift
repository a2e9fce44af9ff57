import Components
import FabricModel
import Journal

/// Compares the effective configuration with what is recorded of this node.
struct Planner: Sendable {
    let journal: Journal
    let files: FileComponent
    let scope: RecordingScope

    /// The plan for a configuration.
    ///
    /// - Throws: `JournalError`; `ComponentsError` where a file outside of the recorded trees cannot be looked at.
    func plan(for configuration: EffectiveConfiguration) throws -> Plan {
        let unsatisfied = try configuration.items.compactMap { item -> Plan.Step? in
            let current = try state(of: item.key)
            return item.entry.isSatisfied(by: current) ? nil : Plan.Step(item: item, current: current)
        }
        var plan = Plan()
        guard !unsatisfied.isEmpty else { return plan }
        let holds = try Holds(journal)
        var steps: [Plan.Step] = []
        for step in unsatisfied {
            if let reason = try holds.reason(for: step) {
                plan.held.append(Plan.Held(item: step.item, current: step.current, reason: reason))
            } else {
                steps.append(step)
            }
        }
        plan.steps = Plan.ordered(steps)
        return plan
    }

    /// The state of a resource as it is recorded; of a file that is not recorded, as it is.
    private func state(of key: ResourceKey) throws -> ResourceState {
        if let known = try journal.baseline(key) { return known.state }
        guard let path = key.filePath, try scope.whyNotRecorded(path) != nil else { return .absent }
        return try files.observe(path, below: scope.home(of: path))?.state ?? .absent
    }
}

/// What admins changed on this node and nobody has decided, or what was rejected and is tolerated: it is never
/// overwritten.
struct Holds {
    private let journal: Journal
    private let open: Set<ResourceKey>
    private let committed: [ResourceKey: HeldRecord]

    init(_ journal: Journal) throws {
        self.journal = journal
        open = try journal.openKeys()
        committed = Dictionary(try journal.heldResources().map { ($0.key, $0) }) { $1 }
    }

    /// Why a step is not to be taken; `nil` when it is.
    func reason(for step: Plan.Step) throws -> Plan.Held.Reason? {
        let item = step.item
        if open.contains(item.key) { return .open }
        guard let held = committed[item.key] else { return nil }
        if let decision = held.decision {
            return try isNews(item, since: decision) ? .conflicted : .tolerated
        }
        let before = try journal.commit(held.commit)?.changes.first { $0.key == item.key }?.before
        return before.map { item.entry.isSatisfied(by: $0) } ?? false ? .undecided : .conflicted
    }

    /// Whether an entry is not the one against which a change was rejected: then somebody has to look again.
    private func isNews(_ item: EffectiveConfiguration.Item, since decision: RecordedDecision) throws -> Bool
    {
        let name = "convergence/tolerated/\(item.key)"
        let rejection = "\(decision.sequence) "
        let mark = rejection + "\(item.reference)"
        guard let known = try journal.value(name), known.hasPrefix(rejection) else {
            try journal.setValue(mark, for: name)
            return false
        }
        return known != mark
    }
}
