import ArgumentParser
import FabricClient

struct WebhookRemoveCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "End a webhook; what it has not taken yet is not sent any more.",
        discussion: "Example: weft webhook remove 3"
    )

    @Argument(help: "The webhook's number in 'weft webhook list'.")
    var webhook: Int64
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        try context.server().removeWebhook(webhook)
        try context.printer.show(["removed": webhook], as: [Text("Webhook \(webhook) is removed")])
        return .done
    }
}
