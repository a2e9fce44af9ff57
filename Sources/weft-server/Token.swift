import ArgumentParser
import FabricServer

struct Token: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make, list and revoke tokens of people, tools and nodes.",
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a token and print it, this one time; the server may run meanwhile.",
            discussion:
                """
                Roles: enrol registers one node; reader reads metadata; reviewer reads contents too, approves, rejects \
                and edits tags; admin does everything.

                With --tag, a reviewer's token reads everything and changes these tags alone: edits, reverts, limits, \
                pauses and deletes them, approves into them, and decides changes of nodes that have one of them. Which \
                tags a node includes it changes where the node's own tag, node:NAME, is among them, and moves no others.

                With --contents, a reader's token reads contents and kept password hashes too, as a monitoring tool \
                should not.
                """
        )

        @OptionGroup var options: SettingsOptions

        @Option(help: "enrol, reader, reviewer or admin.")
        var role: String

        @Option(help: "Whose token it is; the history names who did what.")
        var name: String

        @Option(help: "A known node that has lost its credentials: a token of role enrol registers it again.")
        var node: String?

        @Option(help: "A tag that it may change, and nothing besides; again for more. For role reviewer.")
        var tag: [String] = []

        @Flag(help: "It reads contents too. For role reader.")
        var contents = false

        @Option(help: "When it ends by itself: 30d, 2027-01-31 for the end of that day (UTC), or a moment.")
        var expires: String?

        func run() async throws {
            let settings = try options.settings()
            let token = try await TokenAdministration.create(
                role: role,
                name: name,
                node: node,
                tags: tag,
                contents: contents,
                expires: expires,
                state: settings.state
            )
            Output.result.write(token + "\n")
            // The token is there, whatever the command is.
            if role == "enrol", let command = try? ServerIdentity.enrolmentCommand(settings) {
                Output.errors.write("On the machine, as root: \(command)\n")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List all tokens: whose, good for what and until when, and which node one registered."
        )

        @OptionGroup var options: SettingsOptions

        @Flag(help: "Print JSON, for programs; an error is JSON on standard error.")
        var json = false

        func run() async throws {
            guard !json else {
                let text = try await TokenAdministration.listJSON(state: options.settings().state)
                return Output.result.write(text + "\n")
            }
            let lines = try await TokenAdministration.list(state: options.settings().state)
            Output.result.write(lines.joined(separator: "\n") + "\n")
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a token; a server that runs refuses it from the next request on."
        )

        @OptionGroup var options: SettingsOptions

        @Argument(help: "The token's name, or its id in the list.")
        var token: String

        func run() async throws {
            let line = try await TokenAdministration.revoke(token, state: options.settings().state)
            Output.result.write(line + "\n")
        }
    }
}
