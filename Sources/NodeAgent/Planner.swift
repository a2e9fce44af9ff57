import Components
import FabricModel
import Journal

/// Compares the effective configuration with what is recorded of this node.
struct Planner: Sendable {
    let journal: Journal
    let records: RecordTable
    let consequences: PackageConsequences?

    /// The plan for a configuration.
    ///
    /// - Throws: `JournalError`; `ComponentsError` where what is not recorded cannot be looked at.
    func plan(for configuration: EffectiveConfiguration) throws -> Plan {
        let unsatisfied = try unsatisfied(configuration)
        var plan = Plan()
        guard !unsatisfied.isEmpty else { return plan }
        let holds = try Holds(journal)
        // A package would touch what somebody is working on.
        let touching = consequences?.packages(shipping: holds.undecidedFiles) ?? []
        var steps: [Plan.Step] = []
        for step in unsatisfied {
            if let reason = try holds.reason(for: step) {
                plan.held.append(Plan.Held(item: step.item, current: step.current, reason: reason))
            } else if step.item.key.kind == .package, touching.contains(step.item.key.name) {
                plan.held.append(Plan.Held(item: step.item, current: step.current, reason: .touching))
            } else {
                steps.append(step)
            }
        }
        plan.steps = Plan.ordered(steps)
        return plan
    }

    private func unsatisfied(_ configuration: EffectiveConfiguration) throws -> [Plan.Step] {
        var steps: [Plan.Step] = []
        // Asked together: some components are quick only as a whole.
        var unknown: [ResourceKind: [EffectiveConfiguration.Item]] = [:]
        for var item in configuration.items {
            item.entry = records[item.key.kind]?.component.localised(item.entry) ?? item.entry
            if let known = try journal.baseline(item.key) {
                if !item.entry.isSatisfied(by: known.state) {
                    steps.append(Plan.Step(item: item, current: known.state))
                }
            } else if try records[item.key.kind]?.covers(item.key) ?? true {
                if !item.entry.isSatisfied(by: .absent) {
                    steps.append(Plan.Step(item: item, current: .absent))
                }
            } else {
                unknown[item.key.kind, default: []].append(item)
            }
        }
        for (kind, items) in unknown {
            let found = try records[kind]?.component.identify(Set(items.map(\.key))) ?? []
            let states = Dictionary(found.map { ($0.key, $0.state) }) { $1 }
            for item in items {
                let current = states[item.key] ?? .absent
                if !item.entry.isSatisfied(by: current) {
                    steps.append(Plan.Step(item: item, current: current))
                }
            }
        }
        return steps
    }
}
