import ArgumentParser
import FabricAPI
import FabricClient
import FabricIdentity
import FabricModel
import Glibc
import LinuxSystem
import SystemPackage

struct EnrollCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll",
        abstract: "Have this machine ask a server to be one of its nodes; as root.",
        discussion: """
            The server's authority is checked by its fingerprint now, and kept to by the daemon. With a token of role \
            enrol the machine becomes a node at once, without one it waits for 'weft node accept'. What is given here is \
            written into enrolment.yaml beside weftd.yaml, and the token, for root alone, into enrolment-token there.

            Example: weft enroll https://weft.example:8440 --fingerprint sha256:0123… --token -
            """
    )

    @Argument(help: "The server's address.")
    var url: String
    @Option(
        help: ArgumentHelp(
            "What 'weft-server fingerprint' prints; without it this system's authorities vouch for the server.",
            valueName: "sha256:hex"
        ),
        transform: FingerprintArgument.read
    )
    var fingerprint: Fingerprint?
    @Option(help: ArgumentHelp("An enrolment token; '-' reads it from standard input.", valueName: "token"))
    var token: String?
    @Option(help: ArgumentHelp("The folder of the daemon's settings.", valueName: "folder"))
    var settings = "/etc/weft"
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
        var server: String
        var settings: String
    }

    func validate() throws {
        guard settings.hasPrefix("/") else { throw ValidationError("--settings must be an absolute path") }
    }

    func run(in context: Context) throws -> ExitStatus {
        let address = try ServerAddress(url)
        let program = "weft/\(Weft.version)"
        if let fingerprint {
            _ = try FabricClient.authority(of: address, fingerprint, program: program)
        } else {
            try FabricClient(server: address, program: program).health()
        }
        let token = try token.map { try SecretArgument.token($0, for: address, context.console) }
        let folder = FilePath(settings)
        let tokenFile = folder.appending("enrolment-token")
        if let token {
            try write("\(token)\n", tokenFile, mode: 0o600)
        } else if tokenFile.withPlatformString({ unlink($0) }) != 0, errno != ENOENT {
            // A token that was given for another server is not to be sent to this one.
            throw SystemError(.unlink, errno: errno, tokenFile)
        }
        var lines = ["# Made by 'weft enroll'.", "server:", "  url: \(address)"]
        if let fingerprint { lines.append("  fingerprint: \(fingerprint)") }
        lines.append("  enrolment-token-file: \(tokenFile)")
        let file = folder.appending("enrolment.yaml")
        try write(lines.map { "\($0)\n" }.joined(), file, mode: 0o644)
        try context.printer.show(
            Answer(server: "\(address)", settings: "\(file)"),
            as: [
                Text("This machine is to be a node of \(address)."),
                Text(
                    "Start its daemon again, as by 'systemctl restart weftd'; 'weft status' says what comes of it."
                ),
            ]
        )
        return .done
    }

    private func write(_ text: String, _ file: FilePath, mode: UInt16) throws(SystemError) {
        try AtomicFile.replace(file, with: Array(text.utf8), mode: mode, uid: geteuid(), gid: getegid())
    }
}
