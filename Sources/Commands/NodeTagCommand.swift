import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct NodeTagCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "tag",
        abstract: "Say which shared tags a node includes, in order: the first that names a resource wins.",
        discussion: """
            The list replaces the earlier one. The node's own tag always comes before it.

            Example: weft node tag web1 web-server base
            """
    )

    @Argument(help: "The node's name, id, or an id's beginning or end.")
    var node: String
    @Argument(help: "Shared tags in order of precedence.")
    var tags: [String] = []
    @Flag(help: "Include no tag any more.")
    var none = false
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard tags.isEmpty == none else {
            throw ValidationError("name the tags that the node is to include, or give --none alone")
        }
    }

    func run(in context: Context) throws -> ExitStatus {
        try GivenName.checkNode(node)
        let names = try tags.map { try TagName($0) }
        let summary = try context.server().include(names, in: node)
        let list = ([TagName(ownTagOf: summary.name)] + summary.tags).map(\.text).joined(separator: ", ")
        try context.printer.show(summary, as: [Text("\(summary.name) takes from, in this order: \(list)")])
        return .done
    }
}
