public import FabricModel
import FoundationEssentials
import SwiftASN1
import X509

/// A certificate with what Weft reads of it.
public struct CertificateDocument: Hashable, Sendable {
    let certificate: Certificate
    /// The certificate's bytes.
    public let der: [UInt8]

    /// Reads a certificate as PEM; of several the first.
    ///
    /// - Throws: `IdentityError` with code `malformed`.
    public init(pem: String) throws(IdentityError) {
        do {
            guard let first = try PEMDocument.parseMultiple(pemString: pem).first else {
                throw NoCertificate()
            }
            try self.init(der: first.derBytes)
        } catch {
            throw IdentityError(.malformed, "certificate", "this is no PEM of a certificate")
        }
    }

    /// Reads a certificate as DER.
    ///
    /// - Throws: `IdentityError` with code `malformed`.
    public init(der: [UInt8]) throws(IdentityError) {
        do {
            certificate = try Certificate(derEncoded: der)
        } catch {
            throw IdentityError(.malformed, "certificate", "this is no DER of a certificate")
        }
        self.der = der
    }

    init(_ certificate: Certificate) throws {
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        self.certificate = certificate
        der = serializer.serializedBytes
    }

    /// The certificate as PEM.
    public var pem: String {
        PEMDocument(type: Certificate.defaultPEMDiscriminator, derBytes: der).pemString + "\n"
    }

    /// By what people tell the certificate.
    public var fingerprint: Fingerprint { Fingerprint(of: der) }

    /// By what people tell its key.
    public var keyFingerprint: Fingerprint { Fingerprint(of: certificate.publicKey.subjectPublicKeyInfoDER) }

    /// Checks that a key is the certificate's.
    ///
    /// - Throws: `IdentityError` with code `mismatch`.
    public func check(_ key: PrivateKey) throws(IdentityError) {
        guard key.fingerprint == keyFingerprint else {
            throw IdentityError(
                .mismatch,
                "certificate",
                "it is for another key than the one it was asked for"
            )
        }
    }

    /// Whether two thirds of its time are over: early enough to try for days.
    public func isDue(at now: Timestamp) -> Bool {
        now > begins.adding(seconds: expires.seconds(since: begins) * 2 / 3)
    }

    /// From when on it is valid.
    public var begins: Timestamp { Timestamp(certificate.notValidBefore) }

    /// Until when it is valid.
    public var expires: Timestamp { Timestamp(certificate.notValidAfter) }

    /// The node that it names; `nil` where it is that of something else.
    public var node: NodeID? {
        guard let names = try? certificate.extensions.subjectAlternativeNames else { return nil }
        for case .uniformResourceIdentifier(let uri) in names where uri.hasPrefix(Self.nodePrefix) {
            return try? NodeID(String(uri.dropFirst(Self.nodePrefix.count)))
        }
        return nil
    }

    /// Whom it tells people that it is for; of a server's the first of its names.
    public var commonName: String? {
        for name in certificate.subject {
            for attribute in name where attribute.type == .RDNAttributeType.commonName {
                return String(describing: attribute.value)
            }
        }
        return nil
    }

    /// *Source*: RFC 9562 section 4, the URN of a UUID.
    static let nodePrefix = "urn:uuid:"

    /// Whether it was signed by the authority, whenever.
    public func isSigned(by authority: CertificateDocument) -> Bool {
        certificate.issuer == authority.certificate.subject
            && authority.certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
    }

    private struct NoCertificate: Error {}
}

extension Timestamp {
    init(_ date: Date) {
        self.init(seconds: Int64(date.timeIntervalSince1970))
    }

    var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }
}
