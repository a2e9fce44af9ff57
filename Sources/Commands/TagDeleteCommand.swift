import ArgumentParser
import FabricClient
import FabricModel

struct TagDeleteCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a shared tag that no node includes; its history stays.",
        discussion: """
            Example: weft tag delete web-server
            """
    )

    @Argument(help: "The tag.")
    var tag: String
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
        var deleted: TagName
    }

    func run(in context: Context) throws -> ExitStatus {
        let name = try TagName(tag)
        try context.server().deleteTag(name)
        try context.printer.show(
            Answer(deleted: name),
            as: [Text("Deleted the tag \(name). 'weft tag log \(name)' still has its history.")]
        )
        return .done
    }
}
