import FabricIdentity
import FabricModel
import Glibc
import LinuxSystem
import SystemPackage

/// The authority's and the server's own certificates and keys: files of PEM in the folder `identity` of the state folder.
///
/// The keys are for their owner alone; whoever has that of the authority can be every node.
struct AuthorityFolder {
    private static let limit = 64 << 10

    /// The authority's certificate below a state folder.
    static let certificate = "identity/\(File.authority.rawValue)"

    private let folder: FilePath

    /// The folder below a state folder.
    init(state: String) {
        folder = FilePath(state).appending("identity")
    }

    private enum File: String {
        case authority = "ca.crt"
        case authorityKey = "ca.key"
        case server = "server.crt"
        case serverKey = "server.key"
    }

    /// The authority; `nil` where none was made.
    ///
    /// - Throws: `ServerError` with code `stateUnusable`.
    func authority() throws(ServerError) -> CertificateAuthority? {
        do {
            guard let certificate = try read(.authority) else { return nil }
            guard let key = try read(.authorityKey) else {
                throw missing(.authorityKey)
            }
            return try CertificateAuthority(
                certificate: CertificateDocument(pem: certificate),
                key: PrivateKey(pem: key)
            )
        } catch {
            throw unusable(error)
        }
    }

    /// The server's own certificate with its key; `nil` where the authority gave none.
    ///
    /// - Throws: `ServerError` with code `stateUnusable`.
    func server() throws(ServerError) -> (certificate: CertificateDocument, key: PrivateKey)? {
        do {
            guard let certificate = try read(.server) else { return nil }
            guard let key = try read(.serverKey) else { throw missing(.serverKey) }
            return (try CertificateDocument(pem: certificate), try PrivateKey(pem: key))
        } catch {
            throw unusable(error)
        }
    }

    /// Keeps a new authority, and the certificate and key of its server.
    ///
    /// The authority's certificate comes last, and with it the authority is there.
    ///
    /// - Throws: `ServerError` with code `stateUnusable`.
    func keep(
        _ authority: CertificateAuthority,
        _ certificate: CertificateDocument,
        _ key: PrivateKey
    ) throws(ServerError) {
        do {
            if try FileStatus.at(folder) == nil {
                try AtomicFile.createDirectory(folder, mode: 0o700, uid: geteuid(), gid: getegid())
            }
            try keep(certificate, key)
            try write(authority.keyPEM, .authorityKey, mode: 0o600)
            try write(authority.certificate.pem, .authority, mode: 0o644)
        } catch {
            throw unusable(error)
        }
    }

    /// Keeps the server's own certificate and key in place of earlier ones.
    ///
    /// - Throws: `ServerError` with code `stateUnusable`.
    func keep(_ certificate: CertificateDocument, _ key: PrivateKey) throws(ServerError) {
        do {
            try write(key.pem, .serverKey, mode: 0o600)
            try write(certificate.pem, .server, mode: 0o644)
        } catch {
            throw unusable(error)
        }
    }

    private func read(_ file: File) throws -> String? {
        try SystemFile.read(folder.appending(file.rawValue), limit: Self.limit)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private func write(_ text: String, _ file: File, mode: UInt16) throws(SystemError) {
        try AtomicFile.replace(
            folder.appending(file.rawValue),
            with: Array(text.utf8),
            mode: mode,
            uid: geteuid(),
            gid: getegid()
        )
    }

    private func missing(_ file: File) -> ServerError {
        ServerError(
            .stateUnusable,
            "\(folder.appending(file.rawValue))",
            "it is gone, but its certificate is there; restore both from one backup"
        )
    }

    private func unusable(_ error: any Error) -> ServerError {
        if let error = error as? ServerError { return error }
        return ServerError(.stateUnusable, "\(folder)", "\(error)", cause: error)
    }
}
