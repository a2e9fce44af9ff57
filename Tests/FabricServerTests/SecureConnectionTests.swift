import FabricAPI
import FabricClient
import FabricIdentity
import FabricModel
import Foundation
import LinuxSystem
import ServerStore
import Testing
import TrialFabric

@testable import FabricServer

/// The server as the program runs it, spoken to as nodes and people do: by TLS.
@Suite(.timeLimit(.minutes(2))) struct SecureConnectionTests {
    /// Runs a server, and `body` on a thread of its own, which may block.
    private static func run(
        hosts: [String] = ["127.0.0.1"],
        _ body: @escaping @Sendable (TrialAddress) throws -> Void
    ) async throws {
        try await WeftServerTests.withServer(hosts: hosts) { address, folder in
            let token = try await WeftServerTests.token(.admin, folder)
            let trial = TrialAddress(port: address.port, folder: folder, token: token)
            try await onThread { try body(trial) }
        }
    }

    /// Where a server listens, and where its state is.
    struct TrialAddress: Sendable {
        var port: Int
        var folder: String
        /// Of role `admin`.
        var token: String

        var authority: String { "\(folder)/identity/ca.crt" }
        var url: String { "https://127.0.0.1:\(port)" }

        func client(
            _ host: String = "127.0.0.1",
            trust: ServerTrust? = nil,
            token: String? = nil,
            certificate: String? = nil
        ) throws -> FabricClient {
            try FabricClient(
                server: ServerAddress("https://\(host):\(port)"),
                trust: trust ?? .authorities(file: authority),
                token: token,
                certificate: { certificate.map { ClientCertificate(file: $0) } }
            )
        }

        /// A new node's certificate with its key, in a file.
        func enrol(_ name: String, _ admin: FabricClient) throws -> (id: NodeID, file: String) {
            let key = PrivateKey()
            let id = NodeID.make(at: Sample.time)
            let enrolment = Enrolment(
                node: RegisterNode(id: id, name: try NodeName(name)),
                request: try SigningRequest(for: key).pem
            )
            let credentials = try #require(try admin.enrol(enrolment))
            return (id, try write(credentials.certificate + key.pem, "\(name).pem"))
        }

        func write(_ text: String, _ name: String) throws -> String {
            let file = "\(folder)/\(name)"
            try Data(text.utf8).write(to: URL(filePath: file))
            return file
        }
    }

    private static var now: Timestamp { Timestamp(microseconds: WallClock.microseconds()) }

    private static func code(_ body: () throws -> some Any) -> ClientError.Code? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? ClientError)?.code
        }
    }

    @Test("who knows the authority's fingerprint gets the authority, and by that believes the server")
    func firstContact() async throws {
        try await Self.run { server in
            let kept = try CertificateDocument(pem: String(contentsOfFile: server.authority, encoding: .utf8))
            let address = try ServerAddress(server.url)
            let shown = try FabricClient.authority(of: address, kept.fingerprint, program: "test")
            #expect(shown == kept)
            try server.client().health()
            let other = PrivateKey().fingerprint
            #expect(
                Self.code { try FabricClient.authority(of: address, other, program: "test") } == .tlsFailed
            )
        }
    }

    @Test("a server of another authority, or that nobody vouches for, is told nothing")
    func wrongAuthority() async throws {
        try await Self.run { server in
            let other = try CertificateAuthority(name: "other", at: Sample.time)
            let file = try server.write(other.certificate.pem, "other.crt")
            #expect(
                Self.code { try server.client(trust: .authorities(file: file)).health() } == .tlsFailed
            )
            #expect(Self.code { try server.client(trust: .system).health() } == .tlsFailed)
            #expect(
                Self.code { try server.client(trust: .nobody, token: "weft_1").health() } == .invalidRequest
            )
        }
    }

    @Test("a server under a name that its certificate does not have is told nothing")
    func wrongHost() async throws {
        try await Self.run(hosts: ["weft.example.org", "127.0.0.1"]) { server in
            #expect(Self.code { try server.client("localhost").health() } == .tlsFailed)
            try server.client().health()
        }
    }

    @Test(
        "a node is known by its certificate, on kept and on new connections, and refused when it is revoked"
    )
    func certificate() async throws {
        try await Self.run { server in
            let admin = try server.client(token: server.token)
            let web = try server.enrol("web1", admin)
            let mail = try server.enrol("mail1", admin)
            let client = try server.client(certificate: web.file)
            for _ in 0..<3 { #expect(try client.whoami() == Principal(name: "web1", node: web.id)) }
            // A session of TLS that is taken up again still knows whose it was.
            for _ in 0..<3 {
                let other = try server.client(certificate: mail.file)
                #expect(try other.whoami().node == mail.id)
            }
            #expect(Self.code { try client.decisions(of: mail.id, after: 0) } == .refused)
            try admin.revoke("web1")
            let error = #expect(throws: ClientError.self) { try client.whoami() }
            #expect(error?.refusal?.code == .certificateRevoked)
            let fresh = #expect(throws: ClientError.self) {
                try server.client(certificate: web.file).whoami()
            }
            #expect(fresh?.refusal?.code == .certificateRevoked)
            #expect(try server.client(certificate: mail.file).whoami().node == mail.id)
            let nobody = #expect(throws: ClientError.self) { try server.client().whoami() }
            #expect(nobody?.refusal?.code == .unauthenticated)
        }
    }

    @Test("a certificate of another authority proves nothing, and says so")
    func foreignCertificate() async throws {
        try await Self.run { server in
            let key = PrivateKey()
            let other = try CertificateAuthority(name: "other", at: Sample.time)
            let certificate = try other.issue(
                SigningRequest(for: key),
                for: .make(at: Sample.time),
                named: NodeName("web1"),
                at: Sample.time,
                days: 3650
            )
            let file = try server.write(certificate.pem + key.pem, "foreign.pem")
            let error = #expect(throws: ClientError.self) {
                try server.client(certificate: file).whoami()
            }
            #expect(error?.refusal?.code == .unauthenticated)
        }
    }

    @Test("a certificate without its key is not even sent")
    func stolenCertificate() async throws {
        try await Self.run { server in
            let admin = try server.client(token: server.token)
            let web = try server.enrol("web1", admin)
            let text = try String(contentsOfFile: web.file, encoding: .utf8)
            let end = try #require(text.firstRange(of: "-----BEGIN PRIVATE KEY-----"))
            let stolen = try server.write(text[..<end.lowerBound] + PrivateKey().pem, "stolen.pem")
            #expect(Self.code { try server.client(certificate: stolen).whoami() } == .tlsFailed)
        }
    }

    @Test(
        "TLS before 1.2 is refused, and later versions are spoken",
        arguments: [("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true)]
    )
    func version(option: String, isSpoken: Bool) async throws {
        try await Self.run { server in
            let openssl = try OpenSSLClient.connect(port: server.port, authority: server.authority, option)
            #expect(openssl.contains("Cipher is (NONE)") != isSpoken, "\(openssl)")
            if !isSpoken { #expect(openssl.contains("protocol version"), "\(openssl)") }
        }
    }

    @Test("what is not TLS gets no answer of HTTP", arguments: ["GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"])
    func plaintext(text: String) async throws {
        try await Self.run { server in
            let connection = try RawConnection(port: server.port)
            #expect(connection.send(text))
            #expect(!connection.receive().contains("HTTP/1.1"))
            try server.client().health()
        }
    }

    @Test("an operator's own certificate is shown instead, and renewed where its file is replaced")
    func ownCertificate() async throws {
        let operators = try CertificateAuthority(name: "operator", at: Self.now)
        func certificate() throws -> (certificate: CertificateDocument, key: PrivateKey) {
            let key = PrivateKey()
            return (try operators.issueServer(key: key, hosts: [HostName("127.0.0.1")], at: Self.now), key)
        }
        let first = try certificate()
        try await WeftServerTests.withServer(own: first) { address, folder in
            let server = TrialAddress(port: address.port, folder: folder, token: "")
            try await onThread {
                let file = try server.write(operators.certificate.pem, "operators.crt")
                try server.client(trust: .authorities(file: file)).health()
                // The fabric's own authority does not vouch for it.
                #expect(Self.code { try server.client().health() } == .tlsFailed)
            }
        }
    }
}

/// OpenSSL's client, for what libcurl would not do.
private enum OpenSSLClient {
    /// What it says of a connection.
    static func connect(port: Int, authority: String, _ option: String) throws -> String {
        // At the end of its input it closes the connection.
        let outcome = try runToEnd(
            URL(filePath: "/usr/bin/openssl"),
            [
                "s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", authority, option, "-cipher",
                "ALL:@SECLEVEL=0",
            ]
        )
        return outcome.text + outcome.errors
    }
}
