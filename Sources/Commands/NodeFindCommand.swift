import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct NodeFindCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "find",
        abstract: "Find nodes by what they are.",
        discussion: """
            A query is FACT OP VALUE, joined by 'and', 'or', 'not' and parentheses; a fact alone asks whether there is \
            such a one. Operators: = != < <= > >=, and ~ for a part of a text or a pattern with '*'; !~ for none. Amounts \
            compare with their units: memory.total>=16GB. Quote the query, for the shell takes > for itself.

            Example: weft node find 'platform=debian and cpu.total>=8 and not network.interfaces.bond0'
            """
    )

    @Argument(help: ArgumentHelp("What is to be true of the nodes.", valueName: "query"))
    var query: [String]
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let query = query.joined(separator: " ")
        // What is wrong with it is told without a server.
        _ = try FactQuery(query)
        try context.printer.show(FactFindings(nodes: context.server().find(query)))
        return .done
    }
}

extension FactFindings: Displayable {
    func lines(on page: Page) -> [Text] {
        guard !nodes.isEmpty else { return ["Of no node that is true."] }
        return nodes.flatMap { node in
            [Text("\(node.node)", .bold)] + node.facts.map { "    " + Text.fact($0.path, $0.value) }
        }
    }
}
