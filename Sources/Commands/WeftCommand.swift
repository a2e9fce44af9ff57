import ArgumentParser

/// The root of all commands.
struct WeftCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weft",
        abstract: "See, review and share what was changed on machines.",
        discussion: """
            On a node, the local commands ask its daemon. The others ask the server: log in once with 'weft login URL'.

            Resources are written file:/etc/hosts (or /etc/hosts) and package:nginx. Ids may be shortened to their \
            beginning or end, also as they are shown.

            Exit status: 0 done, 1 failed, 2 usage, 3 partly done, 4 drift or queue not empty (with --exit-code), \
            11 daemon or server unreachable, 12 not authorised, 13 conflict, 130 ended with ^C.
            """,
        version: Weft.version,
        groupedSubcommands: [
            CommandGroup(
                name: "On a node",
                subcommands: [
                    StatusCommand.self, DiffCommand.self, LogCommand.self, CommitCommand.self,
                    DiscardCommand.self, PlanCommand.self, ConfirmCommand.self, EnrollCommand.self,
                ]
            ),
            CommandGroup(
                name: "Review",
                subcommands: [
                    LoginCommand.self, QueueCommand.self, ShowCommand.self, ApproveCommand.self,
                    RejectCommand.self,
                ]
            ),
            CommandGroup(
                name: "Tags and nodes",
                subcommands: [
                    TagCommand.self, NodeCommand.self, RevertCommand.self, ExplainCommand.self,
                    PauseCommand.self,
                    ResumeCommand.self, AuditCommand.self, WebhookCommand.self, ExportCommand.self,
                ]
            ),
        ]
    )
}
