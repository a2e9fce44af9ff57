public import FabricModel

/// By what a node proves who it is: a certificate, of which the store keeps the digest.
public struct Credential: Hashable, Sendable {
    /// Of the certificate's DER.
    public var digest: ContentDigest
    /// The fingerprint of the certificate's key, as people compare it.
    public var fingerprint: String
    /// When it ends by itself.
    public var expires: Timestamp

    /// A credential from its parts.
    public init(digest: ContentDigest, fingerprint: String, expires: Timestamp) {
        self.digest = digest
        self.fingerprint = fingerprint
        self.expires = expires
    }
}

/// By whose leave a machine becomes a node.
public enum Admission: Hashable, Sendable {
    /// That of a token of role `enrol` or `admin`, by its digest.
    case token(ContentDigest)
    /// That of somebody who accepted its key.
    case accepted
}
