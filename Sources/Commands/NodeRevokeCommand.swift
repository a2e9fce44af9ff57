import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct NodeRevokeCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End a node's certificates: from its next request on the server refuses it.",
        discussion: """
            What is known of the node stays. It asks to be let in again, which 'weft node accept' does.

            Example: weft node revoke web1
            """
    )

    @Argument(help: "The node's name, id, or an id's beginning or end.")
    var node: String
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        try GivenName.checkNode(node)
        let client = try context.server()
        let summary = try client.node(node)
        try client.revoke(summary.id.text)
        try context.printer.show(
            summary,
            as: [Text("\(summary.name) is refused from now on; 'weft node accept' lets it in again.")]
        )
        return .done
    }
}
