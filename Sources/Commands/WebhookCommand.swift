import ArgumentParser

struct WebhookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook",
        abstract: "Have the server send what happens to other programs.",
        discussion: """
            Each event is one POST of JSON, in order, signed as Standard Webhooks \
            say (www.standardwebhooks.com), and comes at least once: what is not \
            taken is sent again, ever more seldom. All of it needs the role admin.
            """,
        subcommands: [
            WebhookAddCommand.self, WebhookListCommand.self, WebhookRemoveCommand.self,
            WebhookTestCommand.self,
        ]
    )
}
