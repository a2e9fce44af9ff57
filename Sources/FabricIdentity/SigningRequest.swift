import Crypto
import SwiftASN1
import X509

/// A request for a certificate, which proves that whoever makes it has the key.
///
/// What it asks for besides the key is not looked at: the authority says who the node is.
public struct SigningRequest: Sendable {
    /// The largest one that is read.
    ///
    /// *Units*: bytes of PEM.
    public static let limit = 4096

    let publicKey: Certificate.PublicKey
    private let document: String

    /// A request for a key.
    ///
    /// - Throws: `IdentityError` with code `internalError`.
    public init(for key: PrivateKey) throws(IdentityError) {
        do {
            let request = try CertificateSigningRequest(
                version: .v1,
                subject: DistinguishedName {},
                privateKey: key.signing,
                attributes: .init(),
                signatureAlgorithm: .ecdsaWithSHA256
            )
            publicKey = request.publicKey
            document = try request.serializeAsPEM().pemString + "\n"
        } catch {
            throw IdentityError(.internalError, "request for a certificate", "\(error)")
        }
    }

    /// Reads a request as PEM, and checks that its own key signed it.
    ///
    /// - Throws: `IdentityError` with code `malformed` or `refused`.
    public init(pem: String) throws(IdentityError) {
        let subject = "request for a certificate"
        guard pem.utf8.count <= Self.limit else {
            throw IdentityError(.malformed, subject, "it is longer than \(Self.limit) bytes")
        }
        let request: CertificateSigningRequest
        do {
            request = try CertificateSigningRequest(pemEncoded: pem)
        } catch {
            throw IdentityError(.malformed, subject, "this is no PEM of a request (PKCS #10)")
        }
        guard P256.Signing.PublicKey(request.publicKey) != nil else {
            throw IdentityError(.refused, subject, "its key is not one on the curve P-256")
        }
        guard request.publicKey.isValidSignature(request.signature, for: request) else {
            throw IdentityError(.refused, subject, "it was not signed by its own key")
        }
        publicKey = request.publicKey
        document = pem
    }

    /// The request as PEM.
    public var pem: String { document }

    /// By what people tell the key: the digest of the public one.
    public var fingerprint: Fingerprint { Fingerprint(of: publicKey.subjectPublicKeyInfoDER) }
}

extension Certificate.PublicKey {
    /// The DER of the SubjectPublicKeyInfo; of a key that could be read it can be written.
    var subjectPublicKeyInfoDER: [UInt8] {
        var serializer = DER.Serializer()
        guard (try? serializer.serialize(self)) != nil else { return Array(subjectPublicKeyInfoBytes) }
        return serializer.serializedBytes
    }
}
