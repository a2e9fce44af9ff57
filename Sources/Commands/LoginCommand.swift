import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct LoginCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Remember a server and a token, after trying them.",
        discussion: """
            The token is asked for without being shown, or read from standard input. It is kept in weft/login.json \
            below ~/.config, for its owner alone. WEFT_SERVER and WEFT_TOKEN come before the login.

            Example: weft login https://weft.example:8440
            """
    )

    @Argument(help: "The server's address.")
    var url: String
    @Option(help: ArgumentHelp("The token; '-' reads it from standard input.", valueName: "token"))
    var token: String?
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
        var server: String
        var principal: Principal
    }

    func run(in context: Context) throws -> ExitStatus {
        let address = try ServerAddress(url, insecurePlaintext: server.insecurePlaintext)
        let token = try readToken(context.console, address)
        let client = try FabricClient(server: address, token: token, program: "weft/\(Weft.version)")
        let principal = try client.whoami()
        let isInsecure = server.insecurePlaintext ? true : nil
        let login = Login(server: address.description, token: token, insecurePlaintext: isInsecure)
        try LoginFile(environment: context.environment).save(login)
        let role =
            principal.role.map { ", role \($0.rawValue)" }
            ?? (principal.node.map { ", node \($0.short)" } ?? "")
        try context.printer.show(
            Answer(server: address.description, principal: principal),
            as: [Text("Logged in to \(address) as \(principal.name)\(role).")]
        )
        return .done
    }

    private func readToken(_ console: Console, _ address: ServerAddress) throws -> String {
        let text =
            if let token, token != "-" {
                token
            } else if token == nil, console.isInputTerminal {
                try console.readSecret("Token for \(address): ")
            } else {
                console.readLine()
            }
        let token = text.map { $0.filter { !$0.isWhitespace } } ?? ""
        guard !token.isEmpty else {
            throw CommandError(.usage, "--token", "no token was given; 'weft-server token create' makes one")
        }
        return token
    }
}
