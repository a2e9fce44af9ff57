import ArgumentParser
import FabricAPI
import FabricClient

struct WebhookTestCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Have the server send a test event, and tell whether it was taken.",
        discussion: """
            Where it was, what the webhook missed is sent at once. Otherwise the exit \
            status is 1.

            Example: weft webhook test 3
            """
    )

    @Argument(help: "The webhook's number in 'weft webhook list'.")
    var webhook: Int64
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let test = try context.server().testWebhook(webhook)
        let told = test.failure.map { Text("It was not taken: \($0)", .red) } ?? Text("It was taken", .green)
        try context.printer.show(test, as: [told])
        return test.failure == nil ? .done : .failed
    }
}
