import Components
import FabricModel
import Journal

/// Compares the effective configuration with what is recorded of this node.
struct Planner: Sendable {
    let journal: Journal
    let records: RecordTable
    let consequences: PackageConsequences?
    /// Tells open changes that stand for themselves from those that come to nothing.
    var feedback: FeedbackPreparation?

    /// The plan for a configuration.
    ///
    /// - Throws: `JournalError`; `ComponentsError` where what is not recorded cannot be looked at.
    func plan(for configuration: EffectiveConfiguration) throws -> Plan {
        let rollBacks = try RollBacks(journal: journal).agenda().steps
        let unsatisfied = try unsatisfied(configuration)
        var plan = Plan()
        guard !unsatisfied.isEmpty || !rollBacks.isEmpty else { return plan }
        let holds = try Holds(journal, feedback)
        // A package would touch what somebody is working on.
        let touching = consequences?.packages(shipping: holds.undecidedFiles) ?? []
        var steps = rollBacks.map { Plan.Step($0) }
        let rolledBack = Set(steps.map(\.key))
        for (item, current) in unsatisfied where !rolledBack.contains(item.key) {
            if let reason = try holds.reason(for: item) {
                plan.held.append(Plan.Held(item: item, current: current, reason: reason))
            } else if item.key.kind == .package, touching.contains(item.key.name) {
                plan.held.append(Plan.Held(item: item, current: current, reason: .touching))
            } else {
                steps.append(Plan.Step(item, current: current))
            }
        }
        plan.steps = Plan.ordered(steps)
        return plan
    }

    private typealias Unsatisfied = (item: EffectiveConfiguration.Item, current: ResourceState)

    private func unsatisfied(_ configuration: EffectiveConfiguration) throws -> [Unsatisfied] {
        var found: [Unsatisfied] = []
        let unfinished = try UnfinishedPackages(journal: journal).names
        // Asked together: some components are quick only as a whole.
        var unknown: [ResourceKind: [EffectiveConfiguration.Item]] = [:]
        for var item in configuration.items {
            let isUnfinished = item.key.kind == .package && unfinished.contains(item.key.name)
            item.entry = records[item.key.kind]?.component.localised(item.entry) ?? item.entry
            if let known = try journal.baseline(item.key) {
                if isUnfinished || !item.entry.isSatisfied(by: known.state) {
                    found.append((item, known.state))
                }
            } else if try records[item.key.kind]?.covers(item.key) ?? true {
                if isUnfinished || !item.entry.isSatisfied(by: .absent) {
                    found.append((item, .absent))
                }
            } else {
                unknown[item.key.kind, default: []].append(item)
            }
        }
        for (kind, items) in unknown {
            let observed = try records[kind]?.component.identify(Set(items.map(\.key))) ?? []
            let states = Dictionary(observed.map { ($0.key, $0.state) }) { $1 }
            for item in items {
                let current = states[item.key] ?? .absent
                if !item.entry.isSatisfied(by: current) {
                    found.append((item, current))
                }
            }
        }
        return found
    }
}
