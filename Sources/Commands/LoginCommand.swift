import ArgumentParser
import FabricAPI
import FabricClient
import FabricIdentity
import FabricModel

struct LoginCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Remember a server and a token, after trying them.",
        discussion: """
            The token is asked for without being shown, or read from standard input. It is kept in weft/login.json \
            below ~/.config, for its owner alone. 'weft-server fingerprint' prints by what the server is known; without \
            it the authorities of this system have to vouch for the server. WEFT_SERVER and WEFT_TOKEN come before the \
            login, and WEFT_CA, a file of PEM, before its authority.

            Example: weft login https://weft.example:8440 --fingerprint sha256:0123…
            """
    )

    @Argument(help: "The server's address.")
    var url: String
    @Option(help: ArgumentHelp("The token; '-' reads it from standard input.", valueName: "token"))
    var token: String?
    @Option(
        help: ArgumentHelp("The fingerprint of the fabric's authority.", valueName: "sha256:hex"),
        transform: FingerprintArgument.read
    )
    var fingerprint: Fingerprint?
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
        var server: String
        var principal: Principal
    }

    func run(in context: Context) throws -> ExitStatus {
        let address = try ServerAddress(url)
        let program = "weft/\(Weft.version)"
        let authority = try fingerprint.map { try FabricClient.authority(of: address, $0, program: program) }
        let token = try SecretArgument.token(token, for: address, context.console)
        let file = try LoginFile(environment: context.environment)
        var login = Login(server: address.description, token: token)
        login.authority = try authority.map { try file.save($0) }
        let known = context.environment["WEFT_CA"] ?? file.authority(of: login)
        let client = try FabricClient(
            server: address,
            trust: known.map { .authorities(file: $0) } ?? .system,
            token: token,
            program: program
        )
        let principal = try client.whoami()
        try file.save(login)
        let role =
            principal.role.map { ", role \($0.rawValue)" }
            ?? (principal.node.map { ", node \($0.short)" } ?? "")
        try context.printer.show(
            Answer(server: address.description, principal: principal),
            as: [Text("Logged in to \(address) as \(principal.name)\(role).")]
        )
        return .done
    }
}
