import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct NodeListCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List all nodes and where they stand.",
        discussion: """
            A node is 'failed' where something that its tags ask for cannot be done, 'conflicted' where node and tag \
            changed the same resource, 'pending' while changes wait for review, 'drifted' where it is left otherwise than its \
            tags say, 'behind' while it is on its way or waits its turn, and else 'clean'.

            Example: weft node list --state failed --state conflicted
            """
    )

    @Option(
        help: ArgumentHelp("Only nodes in this state; again for more.", valueName: "state"),
        transform: NodeListCommand.read
    )
    var state: [NodeState] = []
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let nodes = try context.server().nodes()
        let wanted = state.isEmpty ? nodes : nodes.filter { state.contains($0.state) }
        try context.printer.show(NodeList(nodes: wanted), as: lines(wanted, of: nodes, context.printer.page))
        return .done
    }

    private static func read(_ name: String) throws -> NodeState {
        guard let state = NodeState(rawValue: name) else {
            let all = NodeState.byUrgency.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(EscapedText.normalize(name))' is no state of a node; these are: \(all)")
        }
        return state
    }

    private func lines(_ wanted: [NodeSummary], of nodes: [NodeSummary], _ page: Page) -> [Text] {
        guard !nodes.isEmpty else { return ["No node is registered yet."] }
        let table = wanted.isEmpty ? [] : NodeList(nodes: wanted).lines(on: page) + [""]
        let counts = Dictionary(grouping: nodes, by: \.state).mapValues(\.count)
        let parts = NodeState.byUrgency.compactMap { state in
            counts[state].map { Text("\($0) \(state.rawValue)", state.style) }
        }
        return table + [Text("\(counted(nodes.count, "node")): ") + Text(joining: parts, ", ")]
    }
}

extension NodeList: Displayable {
    func lines(on page: Page) -> [Text] {
        guard !nodes.isEmpty else { return ["No node is registered yet."] }
        let rows = nodes.map { node in
            [
                Text("\(node.name)", .bold), Text(node.state.rawValue, node.state.style),
                Text(node.convergence.summary), Text("\(node.undecided)"),
                Text(node.lastContact.map { page.age(of: $0) } ?? "never", .dim),
                Text(node.tags.isEmpty ? "(none)" : node.tags.map(\.text).joined(separator: ", ")),
                Text(node.operatingSystem ?? ""),
            ]
        }
        var table = Table(
            header: ["NODE", "STATE", "CONVERGENCE", "UNDECIDED", "LAST CONTACT", "TAGS", "SYSTEM"],
            rows: rows,
            alignedRight: [3]
        )
        // Where there is no room for all, what never changes goes first: 'weft node show' has it too.
        if let width = page.width, table.lines().contains(where: { $0.width > width }) {
            table.header.removeLast()
            table.rows = table.rows.map { Array($0.dropLast()) }
        }
        return table.lines(width: page.width)
    }
}

extension NodeState {
    var style: Text.Style {
        switch self {
        case .clean: .green
        case .behind, .pending: .yellow
        case .drifted, .conflicted, .failed: .red
        }
    }

    /// All, what needs somebody most first.
    static let byUrgency: [NodeState] = [.failed, .conflicted, .pending, .drifted, .behind, .clean]
}

extension NodeConvergence? {
    /// How far the node is what its tags say, for a column.
    var summary: String {
        guard let self else { return "not reported" }
        let report = self.report
        let rest = report.toDo - report.waiting
        let counts = [
            (report.failed, "failed"), (report.conflicted, "conflicted"), (report.held, "held"),
            (report.drifted, "tolerated"),
            (report.waiting, report.waiting == 1 ? "waits its turn" : "wait their turn"),
            (rest, report.applies ? "to do" : rest == 1 ? "differs" : "differ"),
        ]
        let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let news = self.isCurrent ? [] : ["news not taken in"]
        return parts.isEmpty && news.isEmpty ? "in sync" : (parts + news).joined(separator: ", ")
    }
}
