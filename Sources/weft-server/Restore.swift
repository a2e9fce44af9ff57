import ArgumentParser
import FabricServer

struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a backup in the place of the store; the server must not run.",
        discussion: """
            The backup is checked before anything is changed. Nodes send again what \
            it lacks, of the last 30 days, and apply nothing that goes back behind \
            what they know until 'weft confirm' there. What was redacted or revoked \
            in a store that is replaced stays so.

            Example: weft-server restore /var/backups/weft-server-20260301T020000Z.backup
            """
    )

    @OptionGroup var options: SettingsOptions

    @Argument(help: "A file that 'weft-server backup' has made.")
    var backup: String

    @Flag(help: "Replace the store that is there; its database is kept beside the new one.")
    var replace = false

    func run() async throws {
        let state = try options.settings().state
        let lines = try await StoreCopy.restore(backup, isReplacing: replace, state: state)
        Output.result.write(lines.joined(separator: "\n") + "\n")
    }
}
