public import FabricModel
import FoundationEssentials
import SwiftASN1
import X509

/// The authority of one fabric: it says which key is which node's, and which is the server's.
public struct CertificateAuthority: Sendable {
    /// How long the authority itself is good for.
    ///
    /// *Units*: days.
    public static let lifetime = 20 * 365
    /// How long the certificate is good for that it gives its own server.
    ///
    /// *Units*: days. *Source*: what clients accept at most of a public server's, CA/Browser Forum SC-22.
    public static let serverLifetime = 397

    /// What everybody who trusts the fabric knows.
    public let certificate: CertificateDocument
    private let key: PrivateKey

    /// Makes an authority.
    ///
    /// - Parameters:
    ///   - name: What the fabric is called.
    ///   - key: The authority's own key.
    ///   - now: When it begins.
    /// - Throws: `IdentityError` with code `internalError`.
    public init(name: String, key: PrivateKey = PrivateKey(), at now: Timestamp) throws(IdentityError) {
        self.key = key
        do {
            let subject = try DistinguishedName {
                CommonName("Weft CA of \(name)")
            }
            let publicKey = key.signing.publicKey
            certificate = try CertificateDocument(
                Certificate(
                    version: .v3,
                    serialNumber: Certificate.SerialNumber(),
                    publicKey: publicKey,
                    notValidBefore: Self.slack(before: now),
                    notValidAfter: now.date.addingTimeInterval(Double(Self.lifetime) * 86_400),
                    issuer: subject,
                    subject: subject,
                    signatureAlgorithm: .ecdsaWithSHA256,
                    extensions: Certificate.Extensions {
                        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                        SubjectKeyIdentifier(hash: publicKey)
                    },
                    issuerPrivateKey: key.signing
                )
            )
        } catch {
            throw IdentityError(.internalError, "certificate of the authority", "\(error)")
        }
    }

    /// An authority that was made before.
    ///
    /// - Throws: `IdentityError` with code `mismatch`.
    public init(certificate: CertificateDocument, key: PrivateKey) throws(IdentityError) {
        guard certificate.keyFingerprint == key.fingerprint else {
            throw IdentityError(
                .mismatch,
                "certificate authority",
                "its key is not that of its certificate; restore both from one backup"
            )
        }
        self.certificate = certificate
        self.key = key
    }

    /// Gives a node a certificate for the key of its request.
    ///
    /// - Parameters:
    ///   - request: The node's request.
    ///   - node: Which node it is.
    ///   - name: What the node is called; it tells people, and nothing depends on it.
    ///   - now: When the certificate begins.
    ///   - days: How long it is good for.
    /// - Returns: The certificate, for a client alone.
    /// - Throws: `IdentityError` with code `internalError`.
    public func issue(
        _ request: SigningRequest,
        for node: NodeID,
        named name: NodeName,
        at now: Timestamp,
        days: Int
    ) throws(IdentityError) -> CertificateDocument {
        try sign(
            request.publicKey,
            name: name.text,
            names: [.uniformResourceIdentifier(CertificateDocument.nodePrefix + node.text)],
            usage: .clientAuth,
            at: now,
            days: days
        )
    }

    /// Gives a server a certificate.
    ///
    /// - Parameters:
    ///   - key: The server's key.
    ///   - hosts: The names and addresses by which it is reached; at least one.
    ///   - now: When the certificate begins.
    /// - Returns: The certificate, for a server alone.
    /// - Throws: `IdentityError` with code `internalError`.
    public func issueServer(
        key: PrivateKey,
        hosts: [HostName],
        at now: Timestamp
    ) throws(IdentityError) -> CertificateDocument {
        try sign(
            key.signing.publicKey,
            name: hosts.first?.text ?? "weft-server",
            names: hosts.map(\.generalName),
            usage: .serverAuth,
            at: now,
            days: Self.serverLifetime
        )
    }

    /// Gives a server another certificate for the same names and addresses.
    ///
    /// - Parameters:
    ///   - certificate: The one that it has.
    ///   - key: The server's key from now on.
    ///   - now: When the certificate begins.
    /// - Returns: The certificate, for a server alone.
    /// - Throws: `IdentityError` with code `malformed` or `internalError`.
    public func renewServer(
        _ certificate: CertificateDocument,
        key: PrivateKey,
        at now: Timestamp
    ) throws(IdentityError) -> CertificateDocument {
        let names: [GeneralName]
        do {
            names = Array(
                try certificate.certificate.extensions.subjectAlternativeNames ?? SubjectAlternativeNames()
            )
        } catch {
            throw IdentityError(.malformed, "certificate of the server", "its names cannot be read: \(error)")
        }
        return try sign(
            key.signing.publicKey,
            name: certificate.commonName ?? "weft-server",
            names: names,
            usage: .serverAuth,
            at: now,
            days: Self.serverLifetime
        )
    }

    private func sign(
        _ publicKey: Certificate.PublicKey,
        name: String,
        names: [GeneralName],
        usage: ExtendedKeyUsage.Usage,
        at now: Timestamp,
        days: Int
    ) throws(IdentityError) -> CertificateDocument {
        do {
            let ends = now.date.addingTimeInterval(Double(days) * 86_400)
            return try CertificateDocument(
                Certificate(
                    version: .v3,
                    serialNumber: Certificate.SerialNumber(),
                    publicKey: publicKey,
                    notValidBefore: Self.slack(before: now),
                    notValidAfter: min(ends, certificate.certificate.notValidAfter),
                    issuer: certificate.certificate.subject,
                    subject: DistinguishedName {
                        CommonName(String(name.prefix(64)))
                    },
                    signatureAlgorithm: .ecdsaWithSHA256,
                    extensions: Certificate.Extensions {
                        Critical(BasicConstraints.notCertificateAuthority)
                        Critical(KeyUsage(digitalSignature: true))
                        try ExtendedKeyUsage([usage])
                        SubjectAlternativeNames(names)
                        SubjectKeyIdentifier(hash: publicKey)
                        try AuthorityKeyIdentifier(
                            keyIdentifier: certificate.certificate.extensions.subjectKeyIdentifier?
                                .keyIdentifier
                        )
                    },
                    issuerPrivateKey: key.signing
                )
            )
        } catch {
            throw IdentityError(.internalError, "certificate of \(name)", "\(error)")
        }
    }

    /// Clocks differ: what begins now has begun an hour ago.
    private static func slack(before now: Timestamp) -> Date { now.date.addingTimeInterval(-3600) }

    /// The authority's key as PEM; whoever has it is every node and the server.
    public var keyPEM: String { key.pem }
}
