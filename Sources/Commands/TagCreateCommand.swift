import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct TagCreateCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make an empty shared tag.",
        discussion: """
            Example: weft tag create web-server
            """
    )

    @Argument(help: "The tag's name.")
    var tag: String
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let summary = try context.server().createTag(TagName(tag))
        // Of a tag that was deleted, the revisions go on counting.
        let again = summary.revision > 0 ? " again, with its history and empty" : ""
        let line =
            "Made the tag \(summary.name)\(again). 'weft node tag NODE \(summary.name)' has a node include it."
        try context.printer.show(summary, as: [Text(line)])
        return .done
    }
}
