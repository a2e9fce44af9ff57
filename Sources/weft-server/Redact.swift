import ArgumentParser
import FabricServer

struct Redact: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Remove a content that should never have been stored, for good.",
        discussion: """
            The bytes go from the store and from the journals of the nodes that have \
            them, and those nodes treat the paths that had them as secret from then \
            on. The history keeps the digest, which is refused wherever it comes \
            again, also after a restore. The server may run meanwhile; until the \
            database is packed it takes no writes, which are tried again.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Argument(help: "The content's digest, as 'weft show ID --json' has it.")
    var digest: String

    @Option(help: "Why; the audit log has it.")
    var reason: String?

    func run() async throws {
        let lines = try await Redaction.redact(digest, reason: reason, state: options.settings().state)
        Output.result.write(lines.joined(separator: "\n") + "\n")
    }
}
