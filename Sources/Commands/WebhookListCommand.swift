import ArgumentParser
import FabricAPI
import FabricClient

struct WebhookListCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List all webhooks, and how they do.",
        discussion: """
            One that did not take an event for the better part of an hour is \
            'failing': it is then tried once an hour, and at once again when \
            'weft webhook test' succeeds. It misses nothing.

            Example: weft webhook list
            """
    )

    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        try context.printer.show(WebhookList(webhooks: context.server().webhooks()))
        return .done
    }
}

extension WebhookList: Displayable {
    func lines(on page: Page) -> [Text] {
        guard !webhooks.isEmpty else { return ["There is no webhook."] }
        let rows = webhooks.map { hook in
            let state: Text =
                hook.isFailing
                ? Text("failing", .red) : hook.attempts > 0 ? Text("retrying", .yellow) : Text("ok", .green)
            return [
                Text("\(hook.id)", .bold), state, Text(hook.url),
                Text(hook.events.map { $0.map(\.rawValue).joined(separator: ",") } ?? "all"),
                Text(hook.deliveredAt.map { page.age(of: $0) } ?? "never", .dim),
                Text(hook.failure.map { "\($0) (\(counted(hook.attempts, "time")))" } ?? "", .dim),
            ]
        }
        return Table(header: ["ID", "STATE", "TO", "EVENTS", "DELIVERED", "FAILURE"], rows: rows)
            .lines(width: page.width)
    }
}
