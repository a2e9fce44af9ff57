public import FabricModel

/// `GET /v1/authority`, which everybody may ask: by whom the fabric's certificates are signed.
///
/// Whoever asks for the first time has nobody yet who vouches for the answer, and checks it by the fingerprint.
public struct Authority: Hashable, Codable, Sendable {
    /// *Shape*: PEM.
    public var certificate: String

    /// An authority by its certificate.
    public init(certificate: String) {
        self.certificate = certificate
    }
}

/// `POST /v1/nodes`: a node asks for its certificate, with an enrolment token, or without one and waits to be accepted.
///
/// It may be repeated with the same key: 201 with ``NodeCredentials`` once the node is accepted, until then 202 with
/// ``Candidate``.
public struct Enrolment: Hashable, Codable, Sendable {
    /// Which node it is.
    public var node: RegisterNode
    /// The request for a certificate, signed by the node's key.
    ///
    /// *Shape*: PEM of PKCS #10.
    public var request: String

    /// An enrolment from its parts.
    public init(node: RegisterNode, request: String) {
        self.node = node
        self.request = request
    }
}

/// What a node gets back: the certificate by which it proves from now on who it is.
public struct NodeCredentials: Hashable, Codable, Sendable {
    /// The node that the certificate names.
    public var node: NodeID
    /// *Shape*: PEM.
    public var certificate: String

    /// Credentials from their parts.
    public init(node: NodeID, certificate: String) {
        self.node = node
        self.certificate = certificate
    }
}

/// `POST /v1/nodes/{node}/certificate`, by the node itself: another certificate before the one that it has ends.
public struct Renewal: Hashable, Codable, Sendable {
    /// The request for a certificate, signed by the node's key from then on.
    ///
    /// *Shape*: PEM of PKCS #10.
    public var request: String

    /// A renewal by its request.
    public init(request: String) {
        self.request = request
    }
}

/// A machine that asks to be a node, and waits for somebody to accept it.
public struct Candidate: Hashable, Codable, Sendable {
    /// Made by the machine.
    public var id: NodeID
    /// The name that it gives itself.
    public var name: NodeName
    /// *Source*: machine-id(5), as the machine says.
    public var machineID: String?
    /// `PRETTY_NAME` of os-release(5), as the machine says.
    public var operatingSystem: String?
    /// By what its key is told; the machine shows the same in `weft status`.
    ///
    /// *Shape*: `sha256:` and 64 hex digits.
    public var fingerprint: String
    /// From where it asked last.
    public var address: String?
    /// When it asked first.
    public var askedAt: Timestamp
    /// Whether a node of this id is known: it asks for another certificate.
    public var isKnown: Bool

    /// A candidate from its parts.
    public init(
        id: NodeID,
        name: NodeName,
        machineID: String?,
        operatingSystem: String?,
        fingerprint: String,
        address: String?,
        askedAt: Timestamp,
        isKnown: Bool
    ) {
        self.id = id
        self.name = name
        self.machineID = machineID
        self.operatingSystem = operatingSystem
        self.fingerprint = fingerprint
        self.address = address
        self.askedAt = askedAt
        self.isKnown = isKnown
    }
}

/// `GET /v1/candidates`: who waits to be accepted.
public struct CandidateList: Hashable, Codable, Sendable {
    /// Those that wait, the longest first.
    public var candidates: [Candidate]

    /// A list of candidates.
    public init(candidates: [Candidate]) {
        self.candidates = candidates
    }
}

/// `POST /v1/candidates/{node}/acceptance`: a machine becomes a node.
public struct Acceptance: Hashable, Codable, Sendable {
    /// The key that is accepted, as somebody has seen it: another one that asks meanwhile is not.
    public var fingerprint: String

    /// An acceptance of a key.
    public init(fingerprint: String) {
        self.fingerprint = fingerprint
    }
}
