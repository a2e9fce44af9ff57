import ArgumentParser
import FabricServer
import Glibc

struct WeftServerProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weft-server",
        abstract: "Stores every change of the fabric, and the tags that its nodes follow.",
        subcommands: [
            Init.self, Serve.self, Fingerprint.self, Certificate.self, Token.self, Redact.self, Backup.self,
            Restore.self,
        ]
    )

    /// Runs the subcommand that the arguments name.
    static func runSubcommand() async throws {
        var command = try parseAsRoot()
        guard var asynchronous = command as? any AsyncParsableCommand else { return try command.run() }
        try await asynchronous.run()
    }
}

// A client that goes away is an error of its connection, not the end of the server.
signal(SIGPIPE, SIG_IGN)
do {
    try await WeftServerProgram.runSubcommand()
} catch {
    Failure(error).exit()
}
