import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct NodeListCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List all nodes and where they stand.",
        discussion: """
            Example: weft node list
            """
    )

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        try context.printer.show(NodeList(nodes: context.server(server).nodes()))
        return .done
    }
}

extension NodeList: Displayable {
    func lines(on page: Page) -> [Text] {
        guard !nodes.isEmpty else { return ["No node is registered yet."] }
        let rows = nodes.map { node in
            [
                Text("\(node.name)", .bold), Text(node.state.rawValue, node.state.style),
                Text("\(node.undecided)"),
                Text(node.lastContact.map { page.age(of: $0) } ?? "never", .dim),
                Text(node.tags.isEmpty ? "(none)" : node.tags.map(\.text).joined(separator: ", ")),
                Text(node.operatingSystem ?? ""),
            ]
        }
        return Table(
            header: ["NODE", "STATE", "UNDECIDED", "LAST CONTACT", "TAGS", "SYSTEM"],
            rows: rows,
            alignedRight: [2]
        )
        .lines(width: page.width)
    }
}

extension NodeState {
    var style: Text.Style {
        switch self {
        case .clean: .green
        case .pending: .yellow
        case .drifted, .conflicted: .red
        }
    }
}
