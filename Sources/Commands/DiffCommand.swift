import ArgumentParser
import FabricModel
import LinuxSystem
import NodeControl

struct DiffCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what is open on this machine, with unified diffs.",
        discussion: """
            Without a path all changes that are in no commit yet. A directory stands for everything below it.

            Example: weft diff /etc/ssh
            """
    )

    @Argument(help: "Resources or paths, also relative ones.")
    var path: [String] = []
    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let selection = try path.map { try ResourceName.readSelection($0, in: context.directory) }
        return try OpenDiff.show(selection, context.daemon(daemon), context)
    }
}

/// The open changes of this machine, printed one by one as they come.
enum OpenDiff {
    private struct Answer: Encodable {
        var changes: [ResourceDiff]
    }

    static func show(
        _ selection: [ResourceSelection],
        _ daemon: NodeControlClient,
        _ context: Context
    ) throws -> ExitStatus {
        guard !context.printer.isJSON else {
            try context.printer.showJSON(Answer(changes: daemon.diff(of: selection)))
            return .done
        }
        var status = ExitStatus.done
        var count = 0
        try daemon.diff(of: selection) { diff in
            if count > 0 { context.printer.write("") }
            count += 1
            if !write(diff, context) { status = .partlyDone }
        }
        if count == 0 { context.printer.write("Nothing is open here.") }
        return status
    }

    /// Prints one open change; `false` when its contents could not be compared.
    @discardableResult
    static func write(_ diff: ResourceDiff, _ context: Context) -> Bool {
        let text = ChangeText(change: diff.change, accounts: AccountNames())
        context.printer.write(text.head)
        let (lines, failure) = text.body(
            before: diff.before,
            after: diff.after,
            environment: context.environment
        )
        context.printer.write(lines)
        return failure == nil
    }
}
