import FabricAPI
import FabricClient
import FabricModel
import LinuxSystem
import Synchronization
import SystemPackage

/// Makes this node known to its server once, and gives clients that speak for it from then on.
final class Registration: Sendable {
    let identity: NodeIdentity
    private let server: ServerAddress
    private let tokenFile: FilePath
    private let facts: HostFacts
    private let clients = Mutex<(sending: FabricClient?, isCancelled: Bool)>((nil, false))

    init(identity: NodeIdentity, server: ServerAddress, tokenFile: FilePath, facts: HostFacts) {
        self.identity = identity
        self.server = server
        self.tokenFile = tokenFile
        self.facts = facts
    }

    /// The server's address as text.
    var address: String { "\(server)" }

    /// The client for what the node sends; registers first where that has not happened.
    ///
    /// - Throws: `ClientError`.
    func client() throws(ClientError) -> FabricClient {
        let known = clients.withLock(\.self)
        if known.isCancelled { throw ClientError(.cancelled, address, "the daemon is stopping") }
        if let client = known.sending { return client }
        if identity.token == nil { try register() }
        let client = try newClient()
        clients.withLock { $0.sending = client }
        return client
    }

    /// A client of its own for something that waits long; `nil` while the node is not registered.
    ///
    /// - Throws: `ClientError`.
    func waitingClient() throws(ClientError) -> FabricClient? {
        identity.token == nil ? nil : try newClient()
    }

    /// Ends a request that is under way, and every later one.
    func cancel() {
        let client = clients.withLock { clients in
            clients.isCancelled = true
            return clients.sending
        }
        client?.cancel()
    }

    private func newClient() throws(ClientError) -> FabricClient {
        try FabricClient(server: server, token: identity.token, program: "weftd/\(AgentVersion.text)")
    }

    private func register() throws(ClientError) {
        let client = try FabricClient(
            server: server,
            token: enrolmentToken(),
            program: "weftd/\(AgentVersion.text)"
        )
        let credentials = try client.registerNode(
            RegisterNode(
                id: identity.id,
                name: identity.name,
                machineID: facts.machineID,
                operatingSystem: facts.operatingSystem
            )
        )
        do {
            try identity.keep(token: credentials.token)
        } catch {
            throw ClientError(.transport, "identity.json", "the node's credentials cannot be kept: \(error)")
        }
    }

    private func enrolmentToken() throws(ClientError) -> String {
        do {
            if let status = try FileStatus.at(tokenFile),
                case .complete(let bytes) = try FileReading.read(tokenFile, expecting: status, limit: 4096)
            {
                return String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
            }
        } catch {
            throw ClientError(.invalidRequest, "\(tokenFile)", "the enrolment token cannot be read: \(error)")
        }
        throw ClientError(
            .invalidRequest,
            "\(tokenFile)",
            "this node is not registered and there is no enrolment token; make one on the server with "
                + "'weft-server token create --role enrol --name NODE' and put it there"
        )
    }
}

/// The version that the daemon tells.
enum AgentVersion {
    static let text = "0.1.0"
}
