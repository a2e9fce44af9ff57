import ArgumentParser
import FabricAPI
import FabricModel

struct TagAbsentCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "absent",
        abstract: "Say in a tag that a resource must not exist: nodes that include it remove it.",
        discussion: """
            Where more than one node changes by it, these are listed, and someone has to say yes.

            Example: weft tag absent web-server package:telnetd
            """
    )

    @OptionGroup var edit: TagEditOptions
    @Option(name: .shortAndLong, help: "Why; without it what is done.")
    var message: String?
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let key = try ResourceName.read(edit.resource)
        _ = try TagName(edit.tag)
        let item = EditTag.Item(key: key, entry: .absent)
        try edit.apply(item, message ?? "absent \(key)", context.server(), context)
        return .done
    }
}
