import ArgumentParser
import FabricModel
import NodeControl

struct DiscardCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Show an open change of this machine and undo it.",
        discussion: """
            The file becomes what it was at the last commit, or when recording began. Where that content was not kept, \
            nothing is touched. Of a directory only its own change is undone, not those below it.

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
        var open: ResourceDiff?
        var below = 0
        try client.diff(of: [ResourceSelection(key)]) { diff in
            if diff.change.key == key { open = diff } else { below += 1 }
        }
        if let open, !context.printer.isJSON { OpenDiff.write(open, context) }
        // What is undone is what was shown: a state that came meanwhile is refused.
        let result = try client.discard(DiscardRequest(key: key, expected: open?.change.after))
        var lines: [Text] = [
            "", Text("Put back: \(result.key) is \(StateSummary.describe(result.restored)) again."),
        ]
        if below > 0 {
            lines.append(Text("\(counted(below, "change")) below it \(below == 1 ? "stays" : "stay") open."))
        }
        try context.printer.show(result, as: lines)
        return .done
    }
}
