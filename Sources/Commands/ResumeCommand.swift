import ArgumentParser
import FabricClient
import FabricModel

struct ResumeCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let convergence go on that 'weft pause' or a failed step stopped.",
        discussion: """
            A step that failed on one node stops the other nodes of its tag; with the tag's name they go on, though it \
            may fail there too.

            Example: weft resume web-server
            """
    )

    @Argument(help: "A shared tag, or a node.")
    var name: String?
    @Flag(help: "Let go on what 'weft pause --all' stopped.")
    var all = false
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
        /// `nil` for every node.
        var resumed: TagName?
    }

    func validate() throws {
        guard (name == nil) == all else { throw ValidationError("name a tag or a node, or give --all alone") }
    }

    func run(in context: Context) throws -> ExitStatus {
        try GivenName.check(name, "<name>", "'weft tag list' and 'weft node list' show the names")
        let client = try context.server()
        let resumed = try BrakedTag.find(name) { tag throws(ClientError) in
            try client.resume(tag)
            return tag
        }
        let subject =
            resumed.map { tag in tag.node.map { "Node \($0)" } ?? "The nodes of \(tag)" } ?? "Every node"
        try context.printer.show(
            Answer(resumed: resumed),
            as: [
                Text(
                    "\(subject) may converge again, unless another pause holds; 'weft pause --list' shows all."
                )
            ]
        )
        return .done
    }
}
