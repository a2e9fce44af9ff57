import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct NodeFactsCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "facts",
        abstract: "Show what a node is: hardware, operating system, network.",
        discussion: """
            Names are those of ohai. A path is names between dots, and '*' in it stands for any name.

            Example: weft node facts web1 'network.interfaces.*.addresses'
            """
    )

    @Argument(help: "The node's name, id, or an id's beginning or end.")
    var node: String
    @Argument(help: "Only these facts.")
    var path: String?
    @Option(help: ArgumentHelp("As they were then, such as 2026-11-22T20:03:27Z.", valueName: "time"))
    var at: String?
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        try GivenName.checkNode(node)
        let path = try path.map { try FactPath($0) }
        let at = try at.map { try Timestamp($0) }
        let facts = try context.server().facts(of: node, path: path, at: at)
        if let path, facts.facts.members.isEmpty {
            throw CommandError(
                .unknownFact,
                path.description,
                "\(facts.node) has no such fact; 'weft node facts' shows all"
            )
        }
        try context.printer.show(facts)
        return .done
    }
}

extension NodeFacts: Displayable {
    func lines(on page: Page) -> [Text] { facts.leaves().map { Text.fact($0.path, $0.value) } }
}

extension Text {
    /// A fact as `path = value`.
    static func fact(_ path: String, _ value: FactValue) -> Text {
        let text = value.text ?? String(decoding: value.canonicalJSON, as: UTF8.self)
        return Text(path, .cyan) + " = " + Text(text)
    }
}
