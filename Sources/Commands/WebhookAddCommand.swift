import ArgumentParser
import FabricAPI
import FabricClient

struct WebhookAddCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add an address, and show the secret of its signatures, this one time.",
        discussion: """
            It gets what happens from now on.

            Example: weft webhook add https://chat.example/hooks/weft --events commit,rejection
            """
    )

    @Argument(help: "https://HOST[:PORT]/PATH; http:// goes to the server's own machine only.")
    var url: String
    @Option(
        help: ArgumentHelp(
            "Only these, with commas between: commit, approval, rejection, revision, node.",
            valueName: "kinds"
        )
    )
    var events: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        for kind in kinds ?? [] where !FabricEvent.Kind.all.contains(kind) {
            let all = FabricEvent.Kind.all.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(Text(kind.rawValue).plain)' is no kind of event; they are \(all)")
        }
    }

    private var kinds: [FabricEvent.Kind]? {
        events.map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map { .init(rawValue: String($0)) }
        }
    }

    func run(in context: Context) throws -> ExitStatus {
        let new = try context.server().addWebhook(AddWebhook(url: url, events: kinds))
        let lines = [
            Text("Webhook \(new.webhook.id) sends to \(new.webhook.url)"),
            Text("Secret, shown this once: ") + Text(new.secret, .bold),
        ]
        try context.printer.show(new, as: lines)
        return .done
    }
}
