import FabricClient
import FabricIdentity
import Glibc
import LinuxSystem
import Synchronization
import SystemPackage

/// The authority that this node believes its server by: fetched once, checked by its fingerprint, and kept as
/// `ca.crt` in the state folder.
final class KnownAuthority: Sendable {
    private let server: ServerAddress
    private let fingerprint: Fingerprint?
    private let file: FilePath
    private let isChecked = Mutex(false)

    /// The authority of a fingerprint; without one the system's authorities vouch for the server.
    init(of server: ServerAddress, _ fingerprint: Fingerprint?, folder: FilePath) {
        self.server = server
        self.fingerprint = fingerprint
        file = folder.appending("ca.crt")
    }

    /// Whom the node believes; asks the server where that is not known yet.
    ///
    /// - Throws: `ClientError`, with code `tlsFailed` where the server shows another authority.
    func trust() throws(ClientError) -> ServerTrust {
        guard let fingerprint else { return .system }
        let trust = ServerTrust.authorities(file: file.string)
        if isChecked.withLock(\.self) { return trust }
        do {
            if try kept()?.fingerprint != fingerprint { try fetch(fingerprint) }
        } catch let error as ClientError {
            throw error
        } catch {
            throw ClientError(.transport, "\(file)", "the fabric's authority cannot be kept: \(error)")
        }
        isChecked.withLock { $0 = true }
        return trust
    }

    private func kept() throws -> CertificateDocument? {
        guard let bytes = try SystemFile.read(file, limit: 64 << 10) else { return nil }
        // What is no certificate is fetched anew, as if it were not there.
        return try? CertificateDocument(pem: String(decoding: bytes, as: UTF8.self))
    }

    private func fetch(_ fingerprint: Fingerprint) throws {
        let program = "weftd/\(AgentVersion.text)"
        let authority = try FabricClient.authority(of: server, fingerprint, program: program)
        try AtomicFile.replace(
            file,
            with: Array(authority.pem.utf8),
            mode: 0o644,
            uid: geteuid(),
            gid: getegid()
        )
    }
}
