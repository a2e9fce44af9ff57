import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct TagAtCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "at",
        abstract: "Show what a tag said of each resource at a time.",
        discussion: """
            \(GivenTime.help)

            Example: weft tag at web-server '2026-11-22 20:03'
            Example: weft tag at web-server 3h
            """
    )

    @Argument(help: "The tag; a deleted one too.")
    var tag: String
    @Argument(help: "The time, in UTC, or how long ago.")
    var time: String
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let name = try TagName(tag)
        let time = try GivenTime.read(time, now: context.now)
        try context.printer.show(context.server().state(of: name, at: time))
        return .done
    }
}
