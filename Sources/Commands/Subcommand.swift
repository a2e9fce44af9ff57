import ArgumentParser

/// A command that does something, other than one that only has commands below it.
protocol Subcommand: ParsableCommand {
    var output: OutputOptions { get }
    func run(in context: Context) throws -> ExitStatus
}

/// For every command.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON, for programs; an error is JSON on standard error.")
    var json = false
}

/// For commands that ask the daemon of this machine.
struct DaemonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The daemon's socket; without it WEFT_SOCKET, else /run/weft/weftd.sock.",
            valueName: "path"
        )
    )
    var socket: String?
}
