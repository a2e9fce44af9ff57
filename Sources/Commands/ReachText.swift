import ArgumentParser
import FabricAPI
import FabricModel
import NodeControl

/// For commands that change what nodes should be: where that is more than one, somebody has to say yes.
struct ConsentOptions: ParsableArguments {
    @Flag(help: "Only show what would be done.")
    var dryRun = false
    @Flag(help: "Do not ask.")
    var yes = false

    /// Shows a plan where it is to be shown, and asks where it changes more than one node; whether to go on.
    ///
    /// What a node's own tag says concerns that node alone. The subject is what a refusal names. With `always` the plan is
    /// shown and asked about however few nodes it changes.
    ///
    /// - Throws: `CommandError` with code `needsConfirmation` where nobody can be asked; `declined`.
    func allow<Plan: Displayable>(
        _ tag: TagName?,
        _ subject: String,
        _ context: Context,
        always: Bool = false,
        _ plan: () throws -> (plan: Plan, nodes: Int)
    ) throws -> Bool {
        guard dryRun || (always || tag?.isShared == true) && !yes else { return true }
        let (plan, nodes) = try plan()
        guard !dryRun else {
            try context.printer.show(plan)
            return false
        }
        if nodes > 1 || always {
            let reason = nodes > 1 ? "it changes \(nodes) nodes" : "something was merged for it"
            let advice = "\(reason), so nothing was done yet; give --yes to do it"
            try Confirmation.ask(plan, subject, advice, context)
        }
        return true
    }
}

/// The nodes that something changes, and how, for a person.
enum ReachText {
    /// Names of nodes in one line; of more, their number is told.
    private static let shown = 20

    /// The nodes whose effective configuration changes; how, where that is not what the tag's own change says; and the node
    /// on which the change was made.
    static func lines(
        _ nodes: [NodeName],
        _ effects: [EffectiveChange] = [],
        of items: [Revision.Item] = [],
        author: NodeName? = nil
    ) -> [Text] {
        var lines: [Text] = []
        if nodes.isEmpty {
            lines.append(Text(author == nil ? "No node's configuration changes." : "No other node changes."))
        } else {
            lines.append(Text("\(counted(nodes.count, "node")): \(list(nodes))"))
        }
        for effect in effects where !items.contains(where: { effect.isSame(as: $0) }) {
            let (before, after) = StateSummary.compare(effect.before, effect.after)
            lines.append(Text("    on \(list(effect.nodes)): \(effect.key)  \(before) → \(after)"))
        }
        if let author { lines.append(Text("\(author) has it already: it was made there.")) }
        return lines
    }

    /// Nodes that keep what another tag says.
    static func lines(_ shadowed: [ShadowedEntry]) -> [Text] {
        shadowed.map { Text("\($0.node) keeps what \($0.by) says: \($0.key)", .yellow) }
    }

    private static func list(_ nodes: [NodeName]) -> String {
        let names = nodes.prefix(shown).map(\.text).joined(separator: ", ")
        return nodes.count > shown ? "\(names) and \(nodes.count - shown) more" : names
    }
}

extension EffectiveChange {
    /// Whether it is what the tag's change says itself.
    fileprivate func isSame(as item: Revision.Item) -> Bool {
        key == item.key && before == item.before && after == item.after
    }
}

extension EditPlan: Displayable {
    func lines(on page: Page) -> [Text] {
        guard !items.isEmpty else { return ["The tag says so already; nothing would be changed."] }
        return [Text("This would be done:", .bold)] + items.map(\.line)
            + ReachText.lines(nodes, effects, of: items) + ReachText.lines(shadowed)
    }
}
