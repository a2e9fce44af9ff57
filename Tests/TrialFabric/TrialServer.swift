public import FabricAPI
public import FabricClient
import FabricIdentity
public import FabricModel
public import FoundationEssentials
import LinuxSystem

/// A `weft-server` with a store of its own.
public final class TrialServer {
    /// Where it listens; the same after a restart.
    public private(set) var address = ""
    /// Its process; replaced by a restart.
    public private(set) var process: RunningProgram?
    let programs: Programs
    private let folder: TrialFolder
    /// Its state folder.
    public let stateBase: URL
    private let configuration: URL
    /// By what nodes and people know it.
    public let fingerprint: String
    private var starts = 0

    /// Starts a server whose store is below `folder`.
    public init(_ programs: Programs = .built, in folder: TrialFolder) throws {
        self.programs = programs
        self.folder = folder
        stateBase = folder["server"]
        let secrets = Programs.project.appending(path: "conf/secrets.yaml")
        configuration = try folder.write("secrets: \(secrets.path)\n", to: "weft-server.yaml")
        let made = try runToEnd(
            programs.server,
            ["init", "--config", configuration.path, "--state", stateBase.path, "--name", "trial"]
        )
        guard made.status == 0, let line = made.text.split(separator: "\n").last else {
            throw TrialError("no authority was made: \(made.errors)")
        }
        fingerprint = String(line)
        try start()
    }

    /// The file of the authority that vouches for it.
    public var authority: URL { stateBase.appending(path: "identity/ca.crt") }

    /// Starts it again at the same address, or for the first time at a free port.
    public func start() throws {
        starts += 1
        let listen = address.isEmpty ? "127.0.0.1:0" : String(address.dropFirst("https://".count))
        let process = try RunningProgram(
            programs.server,
            ["serve", "--config", configuration.path, "--state", stateBase.path, "--listen", listen],
            log: folder["server-\(starts).log"]
        )
        self.process = process
        let prefix = "weft-server listening on "
        address = try eventually("the server's start (\(process.lastLines))") {
            guard process.isRunning else { throw TrialError("the server ended: \(process.lastLines)") }
            let line = process.output.split(separator: "\n").first { $0.hasPrefix(prefix) }
            return line.map { String($0.dropFirst(prefix.count)) }
        }
    }

    /// Ends it; `true` when it ended by itself with status 0.
    @discardableResult
    public func stop() -> Bool {
        defer { process = nil }
        return process?.stop() == 0
    }

    /// Ends it as a power cut would.
    public func kill() {
        process?.signal(9)
        _ = process?.wait(seconds: 10)
        process = nil
    }

    /// Makes a token.
    public func token(_ role: Role, name: String = "test") throws -> String {
        let output = try runToEnd(
            programs.server,
            ["token", "create", "--state", stateBase.path, "--role", role.rawValue, "--name", name]
        )
        guard output.status == 0, let token = output.text.split(separator: "\n").last else {
            throw TrialError("no token was made: \(output.errors)")
        }
        return String(token)
    }

    /// What a node needs to enrol by a new token.
    public func enrolment() throws -> (address: String, fingerprint: String, token: String) {
        (address, fingerprint, try token(.enrol))
    }

    /// Enrols a node that a test plays.
    public func enrol(_ name: String) throws -> PlayedNode {
        let key = PrivateKey()
        let id = NodeID.make(at: Timestamp(microseconds: WallClock.microseconds()))
        let enrolment = Enrolment(
            node: RegisterNode(id: id, name: try NodeName(name)),
            request: try SigningRequest(for: key).pem
        )
        guard let credentials = try client(.admin).enrol(enrolment) else {
            throw TrialError("\(name) was not enrolled at once")
        }
        let file = try folder.write(credentials.certificate + key.pem, to: "\(name).pem")
        return PlayedNode(
            id: id,
            certificate: ClientCertificate(file: file.path),
            client: try FabricClient(
                server: ServerAddress(address),
                trust: .authorities(file: authority.path),
                certificate: { ClientCertificate(file: file.path) }
            )
        )
    }

    /// Redacts a content, while it runs or not.
    public func redact(_ digest: ContentDigest) throws -> ProgramOutput {
        try runToEnd(programs.server, ["redact", digest.text, "--state", stateBase.path])
    }

    /// A client with a new token of a role.
    public func client(_ role: Role) throws -> FabricClient {
        try FabricClient(
            server: ServerAddress(address),
            trust: .authorities(file: authority.path),
            token: token(role)
        )
    }
}
