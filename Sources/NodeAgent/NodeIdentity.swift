import FabricModel
import FoundationEssentials
import Glibc
import LinuxSystem
import Synchronization
import SystemPackage

/// What this node is called, and its credentials at the server; kept in `identity.json` in the state folder.
final class NodeIdentity: Sendable {
    private struct Record: Codable {
        var id: NodeID
        var token: String?
    }

    let id: NodeID
    let name: NodeName
    private let file: FilePath
    private let record: Mutex<Record>

    /// Reads the identity, or makes one at first start.
    ///
    /// - Throws: `AgentError` with code `stateFolder`.
    init(folder: FilePath, name: NodeName, now: Timestamp) throws(AgentError) {
        file = folder.appending("identity.json")
        self.name = name
        let record: Record
        do {
            if let status = try FileStatus.at(file) {
                guard
                    case .complete(let bytes) = try FileReading.read(file, expecting: status, limit: 64 << 10)
                else {
                    throw AgentError(.stateFolder, "\(file)", "is not an identity; restore it from a backup")
                }
                record = try CanonicalJSON.decode(Record.self, from: Data(bytes))
            } else {
                record = Record(id: NodeID.make(at: now), token: nil)
                try Self.write(record, to: file)
            }
        } catch let error as AgentError {
            throw error
        } catch {
            throw AgentError(
                .stateFolder,
                "\(file)",
                "the node's identity cannot be read or written: \(error)"
            )
        }
        id = record.id
        self.record = Mutex(record)
    }

    /// The bearer token at the server; `nil` until the node is registered.
    var token: String? { record.withLock(\.token) }

    /// Keeps the token that the server gave.
    func keep(token: String) throws {
        let changed = record.withLock { record in
            record.token = token
            return record
        }
        try Self.write(changed, to: file)
    }

    private static func write(_ record: Record, to file: FilePath) throws {
        let bytes = Array(try CanonicalJSON.encode(record))
        try AtomicFile.replace(file, with: bytes, mode: 0o600, uid: geteuid(), gid: getegid())
    }
}
