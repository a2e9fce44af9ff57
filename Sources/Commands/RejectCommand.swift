import ArgumentParser
import FabricAPI
import FabricClient

struct RejectCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "reject",
        abstract:
            "Leave changes of a feedback commit out, and tolerate them on the node or have it put them back.",
        discussion: """
            Tolerated changes stay on the node, which then drifts from its tags. With --roll-back the node goes back to what it was \
            before, unless it has changed once more; one whose own setting is 'policy: observe' only shows that this is asked of it.

            Example: weft reject 4f2a91c0 --changes 3 --roll-back -m "root logins stay off"
            Example: weft reject 4f2a91c0 --changes 2 -m "belongs into the backup role"
            """
    )

    @Argument(help: "The commit's id, or the beginning or end of it or of what 'weft queue' shows.")
    var id: String
    @Option(name: .shortAndLong, help: "Why; whoever made the change gets to read it.")
    var message: String
    @OptionGroup var selection: ChangeSelection
    @Flag(help: "Leave the node as it is; so it is without either.")
    var tolerate = false
    @Flag(help: "Have the node put the changes back.")
    var rollBack = false
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !(tolerate && rollBack) else {
            throw ValidationError(
                "--tolerate leaves the node as it is, --roll-back changes it; give one of them"
            )
        }
    }

    func run(in context: Context) throws -> ExitStatus {
        try GivenName.checkCommit(id)
        guard message.contains(where: { !$0.isWhitespace }) else {
            throw CommandError(
                .usage,
                "--message",
                "it is empty; say why, whoever made the change gets to read it"
            )
        }
        let rejection = Rejection(
            reason: message,
            changes: try selection.numbers,
            remedy: rollBack ? .rollBack : nil
        )
        let result = try context.server().reject(id, rejection)
        let numbers = ChangeNumbers.write(result.rejected)
        try context.printer.show(
            result,
            as: [
                Text(
                    rollBack
                        ? "Rejected, and the node is asked to put back what it was: "
                        : "Rejected, and tolerated on the node, which keeps what it has: "
                )
                    + Text("\(result.rejected.count == 1 ? "change" : "changes") \(numbers).")
            ]
        )
        return .done
    }
}
