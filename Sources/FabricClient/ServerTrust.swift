/// Whom a client believes that a server is the one it names.
public enum ServerTrust: Hashable, Sendable {
    /// The authorities that the system trusts.
    case system
    /// Those in a file of PEM, and no others.
    case authorities(file: String)
    /// Nobody: the answer has to be checked by itself, and nothing secret is sent.
    case nobody
}

/// The certificate by which a client proves who it is, with its key: both in one file of PEM.
///
/// Another certificate has another file: connections are kept by the file's name.
public struct ClientCertificate: Hashable, Sendable {
    /// An absolute path.
    public var file: String

    /// A certificate and key by their file.
    public init(file: String) {
        self.file = file
    }
}
