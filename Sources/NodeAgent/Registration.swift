import FabricAPI
import FabricClient
import FabricIdentity
import FabricModel
import LinuxSystem
import Synchronization
import SystemPackage

/// Makes this node known to its server, keeps its certificate good, and gives clients that speak for it.
final class Registration: Sendable {
    /// Seconds between two questions whether the node is accepted.
    private static let patience = 10

    let identity: NodeIdentity
    private let server: ServerAddress
    private let authority: KnownAuthority
    private let tokenFile: FilePath
    private let facts: HostFacts
    private let now: @Sendable () -> Timestamp
    /// There is something about the certificate that cannot wait.
    let attention: Wakeup
    private let state = Mutex(State())

    private struct State {
        var sending: FabricClient?
        var isCancelled = false
        /// The server has not taken the certificate.
        var isDoubted = false
    }

    init(
        identity: NodeIdentity,
        server: ServerAddress,
        authority: KnownAuthority,
        tokenFile: FilePath,
        facts: HostFacts,
        now: @escaping @Sendable () -> Timestamp
    ) throws(SystemError) {
        self.identity = identity
        self.server = server
        self.authority = authority
        self.tokenFile = tokenFile
        self.facts = facts
        self.now = now
        attention = try Wakeup()
    }

    /// The server's address as text.
    var address: String { "\(server)" }

    /// Whether the node has a certificate which the server takes, as far as is known.
    var isEnrolled: Bool { identity.certificate != nil && !state.withLock(\.isDoubted) }

    /// The client for what the node sends; enrols first where that is needed, and renews a certificate in time.
    ///
    /// - Throws: `ClientError`, with code `notAccepted` while nobody has accepted the node.
    func client() throws(ClientError) -> FabricClient {
        let (sending, isCancelled) = state.withLock { ($0.sending, $0.isCancelled) }
        if isCancelled { throw ClientError(.cancelled, address, "the daemon is stopping") }
        try keepCertificate()
        if let sending { return sending }
        let client = try newClient()
        state.withLock { $0.sending = client }
        return client
    }

    /// A client of its own for something that waits long; `nil` while the node is not enrolled.
    ///
    /// - Throws: `ClientError`.
    func waitingClient() throws(ClientError) -> FabricClient? {
        isEnrolled ? try newClient() : nil
    }

    /// Looks into an error: where the server did not take the certificate, the next request is preceded by another one.
    func note(_ error: ClientError) {
        guard Self.isAboutCertificate(error), isEnrolled else { return }
        state.withLock { $0.isDoubted = true }
        attention.signal()
    }

    /// Ends a request that is under way, and every later one.
    func cancel() {
        let client = state.withLock { state in
            state.isCancelled = true
            return state.sending
        }
        client?.cancel()
    }

    private static let program = "weftd/\(AgentVersion.text)"

    private func newClient() throws(ClientError) -> FabricClient {
        try FabricClient(
            server: server,
            trust: authority.trust(),
            certificate: { [identity] in identity.clientCertificate },
            program: Self.program
        )
    }

    private func keepCertificate() throws(ClientError) {
        guard let certificate = identity.certificate, certificate.expires > now() else { return try enrol() }
        if state.withLock(\.isDoubted) {
            // Another part of the daemon may have been refused with a certificate that was replaced meanwhile.
            guard try isTaken() else { return try enrol() }
            state.withLock { $0.isDoubted = false }
        }
        guard certificate.isDue(at: now()) else { return }
        do {
            try keep { (key) throws(ClientError) in
                try newClient().renew(Renewal(request: request(for: key)), of: identity.id)
            }
        } catch {
            // There is time to try again: the one that is there is good for days.
            guard error.code == .refused else { return }
            throw error
        }
    }

    private func isTaken() throws(ClientError) -> Bool {
        do {
            _ = try newClient().whoami()
            return true
        } catch {
            guard Self.isAboutCertificate(error) else { throw error }
            return false
        }
    }

    private static func isAboutCertificate(_ error: ClientError) -> Bool {
        switch error.refusal?.code {
        case .certificateExpired, .certificateRevoked, .unauthenticated: true
        default: false
        }
    }

    /// Enrols by the token that is there, and without it, or with one that is of no use any more, by being accepted.
    private func enrol() throws(ClientError) {
        var refusal: ClientError?
        if let token = try enrolmentToken() {
            do {
                return try enrol(token: token)
            } catch {
                guard let code = error.refusal?.code,
                    [.unauthenticated, .tokenExpired, .tokenUsed, .forbidden, .alreadyRegistered]
                        .contains(code)
                else { throw error }
                refusal = error
            }
        }
        try enrol(token: nil, after: refusal)
    }

    private func enrol(token: String?, after refusal: ClientError? = nil) throws(ClientError) {
        let node = RegisterNode(
            id: identity.id,
            name: identity.name,
            machineID: facts.machineID,
            operatingSystem: facts.operatingSystem
        )
        try keep { (key) throws(ClientError) in
            let enrolment = Enrolment(node: node, request: try request(for: key))
            let client = try FabricClient(
                server: server,
                trust: authority.trust(),
                token: token,
                program: Self.program
            )
            if let credentials = try client.enrol(enrolment) { return credentials }
            throw waiting(key, refusal)
        }
        state.withLock { $0.isDoubted = false }
    }

    /// What stands in the way while nobody has accepted the node.
    private func waiting(_ key: PrivateKey, _ refusal: ClientError?) -> ClientError {
        let token = refusal.map { "; its enrolment token was not taken: \($0.message)" } ?? ""
        return ClientError(
            .notAccepted,
            address,
            "this node waits to be accepted: run 'weft node accept \(identity.name)' where you are logged in, and "
                + "compare its key, \(key.fingerprint)\(token)",
            retryAfter: Self.patience
        )
    }

    /// Asks for a certificate and keeps it.
    private func keep(
        _ ask: (PrivateKey) throws(ClientError) -> NodeCredentials
    ) throws(ClientError) {
        let key: PrivateKey
        do {
            key = try identity.requestKey()
        } catch {
            throw ClientError(.transport, "request.key", "the node's key cannot be kept: \(error)")
        }
        let credentials = try ask(key)
        do {
            try identity.keep(CertificateDocument(pem: credentials.certificate), key)
        } catch {
            throw ClientError(.transport, "identity.json", "the node's certificate cannot be kept: \(error)")
        }
    }

    private func request(for key: PrivateKey) throws(ClientError) -> String {
        do {
            return try SigningRequest(for: key).pem
        } catch {
            throw ClientError(.invalidRequest, "request.key", error.description)
        }
    }

    private func enrolmentToken() throws(ClientError) -> String? {
        do {
            guard let bytes = try SystemFile.read(tokenFile, limit: 4096) else { return nil }
            let text = String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
            return text.isEmpty ? nil : text
        } catch {
            throw ClientError(.invalidRequest, "\(tokenFile)", "the enrolment token cannot be read: \(error)")
        }
    }
}

/// The version that the daemon tells.
enum AgentVersion {
    static let text = "0.1.0"
}
