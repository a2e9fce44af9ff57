import FabricClient
import FabricModel
import NodeControl
import SystemPackage

/// What a command has at hand.
struct Context {
    var printer: Printer
    var environment: [String: String]
    /// The working directory as `EscapedText`, for relative paths.
    var directory: String

    var console: Console { printer.console }
    var now: Timestamp { printer.page.now }

    /// The server that the environment or the login names.
    ///
    /// - Throws: `CommandError` with code `notLoggedIn`, `exposedLogin` or `invalidLogin`; `ClientError`.
    func server() throws -> FabricClient {
        let file = try LoginFile(environment: environment)
        let login = try file.load()
        let stored = try login.map { try ServerAddress($0.server) }
        let named = try environment["WEFT_SERVER"].map { try ServerAddress($0) }
        guard let address = named ?? stored else {
            throw CommandError(
                .notLoggedIn,
                "server",
                "log in with 'weft login URL', or set WEFT_SERVER and WEFT_TOKEN"
            )
        }
        // A token goes to the server that it was given for, and to no other.
        guard let token = environment["WEFT_TOKEN"] ?? (address == stored ? login?.token : nil) else {
            throw CommandError(
                .notLoggedIn,
                address.description,
                "log in with 'weft login \(address)', or set WEFT_TOKEN"
            )
        }
        let known = address == stored ? login.flatMap(file.authority(of:)) : nil
        let trust = (environment["WEFT_CA"] ?? known).map { ServerTrust.authorities(file: $0) } ?? .system
        return try FabricClient(
            server: address,
            trust: trust,
            token: token,
            program: "weft/\(Weft.version)"
        )
    }

    /// The daemon of this machine.
    func daemon(_ options: DaemonOptions) -> NodeControlClient {
        let path = options.socket ?? environment["WEFT_SOCKET"]
        return NodeControlClient(path: path.map { FilePath($0) } ?? NodeControlClient.usualPath)
    }
}
