import ArgumentParser
import FabricServer

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Copy the whole store, as it is at one moment, into one file; the server may run meanwhile.",
        discussion: """
            The file has everything that a server needs: the database with all \
            contents, and what lies in folders beside it, such as the keys of the \
            fabric's authority. So it is as secret as the state folder itself.

            Example: weft-server backup /var/backups
            """
    )

    @OptionGroup var options: SettingsOptions

    @Argument(help: "A file that is not there yet, or a folder, in which the file is named by the time.")
    var target: String

    func run() async throws {
        let lines = try await StoreCopy.backUp(to: target, state: options.settings().state)
        Output.result.write(lines.joined(separator: "\n") + "\n")
    }
}
