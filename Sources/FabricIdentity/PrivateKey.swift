import Crypto
import SwiftASN1
import X509

/// A private key on the curve P-256, and the only thing that proves an identity: it never leaves its machine.
public struct PrivateKey: Sendable {
    let key: P256.Signing.PrivateKey

    /// A new key.
    public init() {
        key = P256.Signing.PrivateKey()
    }

    /// Reads a key as PEM, in PKCS #8 or SEC 1.
    ///
    /// - Throws: `IdentityError` with code `malformed`; it never quotes the key.
    public init(pem: String) throws(IdentityError) {
        do {
            key = try P256.Signing.PrivateKey(pemRepresentation: pem)
        } catch {
            throw IdentityError(
                .malformed,
                "private key",
                "this is no PEM of a private key on the curve P-256"
            )
        }
    }

    /// The key as PEM in PKCS #8; to be kept where nobody else can read it.
    public var pem: String { key.pemRepresentation + "\n" }

    /// By what people tell the key: the digest of the public one.
    ///
    /// *Source*: of the DER of its SubjectPublicKeyInfo, RFC 5280 4.1.2.7.
    public var fingerprint: Fingerprint { Fingerprint(of: key.publicKey.derRepresentation) }

    var signing: Certificate.PrivateKey { Certificate.PrivateKey(key) }
}
