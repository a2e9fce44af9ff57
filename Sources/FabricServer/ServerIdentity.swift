public import FabricIdentity
import FabricModel
import LinuxSystem
import NIOSSL
import ServerStore
import SystemPackage

/// Who the server is to those who connect, and the authority that says who the nodes are.
public struct ServerIdentity: Sendable {
    /// Days before its end at which the certificate that the authority gave is made anew.
    private static let renewal = 30.0

    /// Signs for nodes.
    let authority: CertificateAuthority
    /// What the server proves itself by: its own certificate first.
    let chain: [NIOSSLCertificateSource]
    let key: NIOSSLPrivateKeySource

    /// Makes the authority of a new fabric, and the server's certificate.
    ///
    /// - Parameters:
    ///   - settings: Say where the state is.
    ///   - name: What the fabric is called.
    ///   - hosts: The names and addresses by which nodes and people will reach the server.
    /// - Returns: The authority's certificate, whose fingerprint nodes are told.
    /// - Throws: `ServerError` with code `alreadyInitialised`, `invalidSetting`, `stateUnusable`.
    public static func make(
        _ settings: ServerSettings,
        name: String,
        hosts: [String]
    ) throws(ServerError) -> CertificateDocument {
        let names = try names(of: hosts)
        do {
            try StoreFolder(path: settings.state).prepare()
        } catch {
            throw ServerError(.stateUnusable, "state: \(settings.state)", "\(error)", cause: error)
        }
        let folder = AuthorityFolder(state: settings.state)
        if let authority = try folder.authority() {
            throw ServerError(
                .alreadyInitialised,
                "state: \(settings.state)",
                "this fabric has an authority, and its nodes trust no other; its fingerprint is "
                    + "\(authority.certificate.fingerprint)"
            )
        }
        do {
            let authority = try CertificateAuthority(name: name, at: now)
            let key = PrivateKey()
            try folder.keep(authority, authority.issueServer(key: key, hosts: names, at: now), key)
            return authority.certificate
        } catch {
            throw (error as? ServerError) ?? failed(settings, error)
        }
    }

    /// Gives the server another certificate, for other names and addresses; a server that runs takes it when it starts.
    ///
    /// - Throws: `ServerError` with code `notInitialised`, `invalidSetting`, `stateUnusable`.
    public static func certify(_ settings: ServerSettings, hosts: [String]) throws(ServerError) {
        let names = try names(of: hosts)
        let folder = AuthorityFolder(state: settings.state)
        guard let authority = try folder.authority() else { throw noAuthority(settings) }
        do {
            let key = PrivateKey()
            try folder.keep(authority.issueServer(key: key, hosts: names, at: now), key)
        } catch {
            throw (error as? ServerError) ?? failed(settings, error)
        }
    }

    private static func names(of hosts: [String]) throws(ServerError) -> [HostName] {
        var names: [HostName] = []
        for host in hosts {
            do {
                names.append(try HostName(host))
            } catch {
                throw ServerError(.invalidSetting, "--host \(host)", error.message, cause: error)
            }
        }
        return names
    }

    /// By what a machine is enrolled here, without the token; `nil` where nothing tells how the server is reached.
    ///
    /// - Throws: `ServerError` with code `notInitialised` or `stateUnusable`.
    public static func enrolmentCommand(_ settings: ServerSettings) throws(ServerError) -> String? {
        let fingerprint = try fingerprint(settings)
        let own = try AuthorityFolder(state: settings.state).server()?.certificate.commonName
        // Who has a certificate of somebody else's is believed by that.
        let option = settings.certificate == nil ? " --fingerprint \(fingerprint)" : ""
        guard let host = own else { return nil }
        let name = host.contains(":") ? "[\(host)]" : host
        return "weft enroll https://\(name):\(settings.listen.port)\(option) --token -"
    }

    /// The fingerprint of the authority.
    ///
    /// - Throws: `ServerError` with code `notInitialised` or `stateUnusable`.
    public static func fingerprint(_ settings: ServerSettings) throws(ServerError) -> Fingerprint {
        guard let authority = try AuthorityFolder(state: settings.state).authority() else {
            throw noAuthority(settings)
        }
        return authority.certificate.fingerprint
    }

    /// The identity of a server that was initialised, with the operator's own certificate where the settings name one.
    ///
    /// - Throws: `ServerError` with code `notInitialised`, `invalidSetting`, `stateUnusable`.
    init(_ settings: ServerSettings) throws(ServerError) {
        let folder = AuthorityFolder(state: settings.state)
        guard let authority = try folder.authority() else {
            throw Self.noAuthority(settings)
        }
        self.authority = authority
        do {
            if let file = settings.certificate, let keyFile = settings.certificateKey {
                chain = try NIOSSLCertificate.fromPEMFile(file).map { .certificate($0) }
                key = .privateKey(try NIOSSLPrivateKey(file: keyFile, format: .pem))
                return
            }
        } catch {
            throw ServerError(
                .invalidSetting,
                "tls.certificate: \(settings.certificate ?? "")",
                "certificate and key cannot be used (\(error)); both are files of PEM, the certificate first in its chain",
                cause: error
            )
        }
        guard var own = try folder.server() else {
            throw ServerError(
                .notInitialised,
                "state: \(settings.state)",
                "the server has no certificate; 'weft-server certificate --host NAME' makes one"
            )
        }
        do {
            if own.certificate.expires < Self.now.adding(seconds: Self.renewal * 86_400) {
                let key = PrivateKey()
                own = (try authority.renewServer(own.certificate, key: key, at: Self.now), key)
                try folder.keep(own.certificate, own.key)
            }
            chain = try [own.certificate, authority.certificate]
                .map { .certificate(try NIOSSLCertificate(bytes: $0.der, format: .der)) }
            key = .privateKey(try NIOSSLPrivateKey(bytes: Array(own.key.pem.utf8), format: .pem))
        } catch {
            throw (error as? ServerError) ?? Self.failed(settings, error)
        }
    }

    /// How the server speaks TLS.
    ///
    /// Whoever presents a certificate proves the key; whose it is, is asked with each request, so that a refusal can say
    /// why.
    ///
    /// - Throws: `ServerError` with code `invalidSetting`.
    func context() throws(ServerError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain,
            privateKey: key
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .optionalVerification
        configuration.applicationProtocols = ["http/1.1"]
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ServerError(
                .invalidSetting,
                "tls",
                "certificate and key do not fit: \(error)",
                cause: error
            )
        }
    }

    private static func noAuthority(_ settings: ServerSettings) -> ServerError {
        ServerError(
            .notInitialised,
            "state: \(settings.state)",
            "there is no authority here that nodes could trust; 'weft-server init' makes it"
        )
    }

    private static var now: Timestamp { Timestamp(microseconds: WallClock.microseconds()) }

    private static func failed(_ settings: ServerSettings, _ error: any Error) -> ServerError {
        ServerError(.stateUnusable, "state: \(settings.state)", "\(error)", cause: error)
    }
}
