import ArgumentParser
import NodeControl

struct ConfirmCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Let this machine follow tags that went back at the server.",
        discussion: """
            A server that was restored from a backup can tell an earlier state than this machine has seen. Nothing of that \
            is applied, and 'weft status' warns, until it is confirmed here. What the tags then say is applied as ever; \
            what nobody has decided is not touched.

            Example: weft confirm
            """
    )

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let answer = try context.daemon(daemon).confirm()
        let lines = answer.tags.map { Text("\($0.tag) is followed back from \($0.from) to \($0.to).") }
        try context.printer.show(
            answer,
            as: lines.isEmpty ? ["Nothing waits to be confirmed."] : lines
        )
        return .done
    }
}
