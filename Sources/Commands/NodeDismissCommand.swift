import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct NodeDismissCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "dismiss",
        abstract: "Turn a machine away that waits to be a node; while its daemon runs, it asks again.",
        discussion: """
            Example: weft node dismiss web1
            """
    )

    @Argument(help: "The machine's name, id, or an id's beginning or end.")
    var node: String
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        try GivenName.check(node, "<node>", "'weft node waiting' lists the machines that wait")
        let client = try context.server()
        let candidate = try client.candidates().named(node)
        try client.dismiss(candidate)
        try context.printer.show(candidate, as: [Text("\(candidate.name) is turned away.")])
        return .done
    }
}
