import ArgumentParser
import FabricAPI
import FabricClient

struct RejectCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "reject",
        abstract:
            "Leave changes of a feedback commit out; they are tolerated on the node, which stays as it is.",
        discussion: """
            Example: weft reject 4f2a91c0 --changes 2 -m "belongs into the backup role"
            """
    )

    @Argument(help: "The commit's id, or the beginning or end of it or of what 'weft queue' shows.")
    var id: String
    @Option(name: .shortAndLong, help: "Why; whoever made the change gets to read it.")
    var message: String
    @OptionGroup var selection: ChangeSelection
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        try GivenName.checkCommit(id)
        guard message.contains(where: { !$0.isWhitespace }) else {
            throw CommandError(
                .usage,
                "--message",
                "it is empty; say why, whoever made the change gets to read it"
            )
        }
        let rejection = Rejection(reason: message, changes: try selection.numbers)
        let result = try context.server(server).reject(id, rejection)
        let numbers = ChangeNumbers.write(result.rejected)
        try context.printer.show(
            result,
            as: [
                Text(
                    "Rejected, and tolerated on the node, which keeps what it has: "
                        + "\(result.rejected.count == 1 ? "change" : "changes") \(numbers)."
                )
            ]
        )
        return .done
    }
}
