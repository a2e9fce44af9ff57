import FabricClient
import FabricIdentity
import FabricModel
import FoundationEssentials
import Glibc
import LinuxSystem
import Synchronization
import SystemPackage

/// What this node is called, and how it proves that to the server; kept in the state folder.
///
/// `identity.json` names the id and the file of the certificate with its key; while one is asked for, its key lies in
/// `request.key`. A key never leaves the node.
final class NodeIdentity: Sendable {
    private struct Record: Codable {
        var id: NodeID
        /// The name of a file beside this one.
        var certificate: String?
    }

    private struct State {
        var record: Record
        var certificate: CertificateDocument?
    }

    private static let limit = 64 << 10

    let id: NodeID
    let name: NodeName
    private let folder: FilePath
    private let state: Mutex<State>

    /// Reads the identity, or makes one at first start.
    ///
    /// - Throws: `AgentError` with code `stateFolder`.
    init(folder: FilePath, name: NodeName, now: Timestamp) throws(AgentError) {
        self.folder = folder
        self.name = name
        var state: State
        do {
            if let bytes = try SystemFile.read(Self.record(in: folder), limit: Self.limit) {
                state = State(record: try CanonicalJSON.decode(Record.self, from: Data(bytes)))
            } else {
                state = State(record: Record(id: NodeID.make(at: now)))
                try Self.write(state.record, in: folder)
            }
            if let file = state.record.certificate,
                let bytes = try SystemFile.read(folder.appending(file), limit: Self.limit)
            {
                state.certificate = try CertificateDocument(pem: String(decoding: bytes, as: UTF8.self))
            }
        } catch {
            throw AgentError(
                .stateFolder,
                "\(Self.record(in: folder))",
                "the node's identity cannot be read or written; restore it from a backup, or move it away and enrol "
                    + "the node again: \(error)"
            )
        }
        id = state.record.id
        self.state = Mutex(state)
    }

    /// The certificate; `nil` until the node has enrolled.
    var certificate: CertificateDocument? { state.withLock(\.certificate) }

    /// The certificate as a client presents it.
    var clientCertificate: ClientCertificate? {
        state.withLock { state in
            guard state.certificate != nil, let file = state.record.certificate else { return nil }
            return ClientCertificate(file: folder.appending(file).string)
        }
    }

    /// The key for which a certificate is asked, the same until there is one.
    ///
    /// - Throws: `SystemError`, `IdentityError`.
    func requestKey() throws -> PrivateKey {
        let file = folder.appending("request.key")
        if let bytes = try SystemFile.read(file, limit: Self.limit) {
            return try PrivateKey(pem: String(decoding: bytes, as: UTF8.self))
        }
        let key = PrivateKey()
        try Self.write(key.pem, file)
        return key
    }

    /// Keeps a certificate in place of an earlier one.
    ///
    /// - Throws: `SystemError`, `IdentityError` with code `mismatch`.
    func keep(_ certificate: CertificateDocument, _ key: PrivateKey) throws {
        try certificate.check(key)
        let file = "certificate-\(certificate.fingerprint.short).pem"
        try Self.write(certificate.pem + key.pem, folder.appending(file))
        let earlier = state.withLock { state in
            defer {
                state.record.certificate = file
                state.certificate = certificate
            }
            return state.record.certificate
        }
        try Self.write(state.withLock(\.record), in: folder)
        for old in [earlier, "request.key"].compactMap(\.self) where old != file {
            _ = folder.appending(old).withPlatformString { unlink($0) }
        }
    }

    private static func record(in folder: FilePath) -> FilePath { folder.appending("identity.json") }

    private static func write(_ record: Record, in folder: FilePath) throws {
        try write(String(decoding: try CanonicalJSON.encode(record), as: UTF8.self), Self.record(in: folder))
    }

    private static func write(_ text: String, _ file: FilePath) throws(SystemError) {
        try AtomicFile.replace(file, with: Array(text.utf8), mode: 0o600, uid: geteuid(), gid: getegid())
    }
}
