import ArgumentParser
import FabricAPI
import FabricClient
import FabricIdentity
import FabricModel

struct NodeAcceptCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Let a machine be a node that waits for it, after comparing its key.",
        discussion: """
            'weft status' on the machine shows the fingerprint of its key: both must be the same. With --fingerprint \
            nobody is asked, and any other key is refused.

            Example: weft node accept web1
            """
    )

    @Argument(help: "The machine's name, id, or an id's beginning or end.")
    var node: String
    @Option(
        help: ArgumentHelp(
            "The fingerprint of the key, as the machine shows it.",
            valueName: "sha256:hex"
        ),
        transform: FingerprintArgument.read
    )
    var fingerprint: Fingerprint?
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        try GivenName.check(node, "<node>", "'weft node waiting' lists the machines that wait")
        let client = try context.server()
        let candidate = try client.candidates().named(node)
        if let fingerprint {
            guard candidate.fingerprint == "\(fingerprint)" else {
                throw CommandError(
                    .unknownCandidate,
                    "\(candidate.name)",
                    "it asks with another key, \(candidate.fingerprint): do not accept it before you know why"
                )
            }
        } else {
            try Confirmation.ask(
                candidate,
                "\(candidate.name)",
                "compare the key with what 'weft status' shows on the machine, and give it with --fingerprint",
                context
            )
        }
        try client.accept(candidate)
        try context.printer.show(
            candidate,
            as: [Text("\(candidate.name) is accepted; it becomes a node when it asks next, within seconds.")]
        )
        return .done
    }
}
