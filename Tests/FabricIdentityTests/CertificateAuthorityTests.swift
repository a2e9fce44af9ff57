import FabricModel
import Foundation
import Testing

@testable import FabricIdentity

@Suite("The authority of a fabric")
final class CertificateAuthorityTests {
    private let openssl: OpenSSL
    private let authority: CertificateAuthority
    private let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
    private let node = NodeID(checked: "01948c5a-7d3e-7a01-8000-0123456789ab")

    init() throws {
        openssl = try OpenSSL()
        authority = try CertificateAuthority(name: "example.org", at: now)
        try openssl.write(authority.certificate.pem, "ca.pem")
    }

    deinit { try? openssl.remove() }

    private func issue(days: Int = 30, key: PrivateKey = PrivateKey()) throws -> CertificateDocument {
        try authority.issue(
            SigningRequest(for: key),
            for: node,
            named: NodeName("web1.example.org"),
            at: now,
            days: days
        )
    }

    @Test("its certificate for a node is valid to others, for clients alone, and names the node")
    func nodes() throws {
        let key = PrivateKey()
        let certificate = try issue(key: key)
        try openssl.write(certificate.pem, "node.pem")
        let valid = try openssl("verify -x509_strict -purpose sslclient -CAfile ca.pem node.pem")
        #expect(valid.status == 0, "\(valid.text)")
        #expect(try openssl("verify -purpose sslserver -CAfile ca.pem node.pem").status != 0)
        #expect(certificate.node == node)
        #expect(certificate.isSigned(by: authority.certificate))
        #expect(certificate.keyFingerprint == key.fingerprint)
        #expect(certificate.expires == now.adding(seconds: 30 * 86_400))
        #expect(certificate.begins < now)
        let text = try openssl("x509 -in node.pem -noout -subject -ext subjectAltName").text
        #expect(text.contains("CN = web1.example.org"))
        #expect(text.contains("URI:urn:uuid:\(node)"))
    }

    @Test("its certificate for a server is valid for each of the server's names and addresses, and no other")
    func servers() throws {
        let hosts = try ["weft.example.org", "192.0.2.7", "2001:db8::7"].map(HostName.init)
        let certificate = try authority.issueServer(key: PrivateKey(), hosts: hosts, at: now)
        try openssl.write(certificate.pem, "server.pem")
        let common = "verify -x509_strict -purpose sslserver -CAfile ca.pem"
        for (option, isValid) in [
            ("-verify_hostname weft.example.org", true), ("-verify_ip 192.0.2.7", true),
            ("-verify_ip 2001:db8::7", true), ("-verify_hostname other.example.org", false),
            ("-verify_ip 192.0.2.8", false), ("-purpose sslclient", false),
        ] {
            let outcome = try openssl("\(common) \(option) server.pem")
            #expect((outcome.status == 0) == isValid, "\(option): \(outcome.text)")
        }
        #expect(certificate.node == nil)
    }

    @Test("what another authority signed is not its own, though it has the same name")
    func foreign() throws {
        let other = try CertificateAuthority(name: "example.org", at: now)
        #expect(try !issue().isSigned(by: other.certificate))
        #expect(other.certificate.fingerprint != authority.certificate.fingerprint)
    }

    @Test("it is the same with its certificate and key read back, and refuses the key of another")
    func readBack() throws {
        let key = try PrivateKey(pem: authority.keyPEM)
        let again = try CertificateAuthority(
            certificate: CertificateDocument(pem: authority.certificate.pem),
            key: key
        )
        #expect(again.certificate == authority.certificate)
        let error = #expect(throws: IdentityError.self) {
            try CertificateAuthority(certificate: authority.certificate, key: PrivateKey())
        }
        #expect(error?.code == .mismatch)
    }

    @Test("nothing that it signs outlives it")
    func end() throws {
        let late = try authority.issue(
            SigningRequest(for: PrivateKey()),
            for: node,
            named: NodeName("web1"),
            at: authority.certificate.expires.adding(seconds: -86_400),
            days: 30
        )
        #expect(late.expires == authority.certificate.expires)
    }

    @Test("fingerprints are those that openssl prints")
    func fingerprints() throws {
        let text = try openssl("x509 -in ca.pem -noout -fingerprint -sha256").text
        let printed = try #require(text.split(separator: "=").last?.filter { !$0.isWhitespace })
        #expect(try Fingerprint(printed) == authority.certificate.fingerprint)
        #expect(try Fingerprint("\(authority.certificate.fingerprint)") == authority.certificate.fingerprint)
        for wrong in ["", "sha256:", "sha256:12", printed + "0", "sha1:" + String(repeating: "0", count: 64)]
        {
            #expect(throws: IdentityError.self) { try Fingerprint(wrong) }
        }
    }
}
