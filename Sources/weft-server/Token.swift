import ArgumentParser
import FabricServer

struct Token: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make tokens for people and tools.",
        subcommands: [Create.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a token and print it, this one time; the server may run meanwhile.",
            discussion:
                "Roles: enrol registers nodes; reader reads metadata; reviewer reads contents too, approves, "
                + "rejects and edits tags; admin does everything."
        )

        @OptionGroup var options: SettingsOptions

        @Option(help: "enrol, reader, reviewer or admin.")
        var role: String

        @Option(help: "Whose token it is; the history names who did what.")
        var name: String

        func run() async throws {
            let settings = try options.settings()
            let token = try await TokenAdministration.create(role: role, name: name, state: settings.state)
            Output.result.write(token + "\n")
        }
    }
}
