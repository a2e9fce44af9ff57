import ArgumentParser
import NodeControl

struct DiscardCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Show an open change of this machine and undo it.",
        discussion: """
            The file becomes what it was at the last commit, or when recording began. Where that content was not kept, \
            nothing is touched.

            Example: weft discard /etc/hosts
            """
    )

    @Argument(help: "A resource or path, also a relative one.")
    var path: String
    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let key = try ResourceName.readLocal(path, in: context.directory)
        let client = context.daemon(daemon)
        if !context.printer.isJSON { _ = try OpenDiff.show([ResourceSelection(key)], client, context) }
        let result = try client.discard(key)
        try context.printer.show(
            result,
            as: ["", Text("Put back: \(result.key) is \(StateSummary.describe(result.restored)) again.")]
        )
        return .done
    }
}
