import Crypto
import FoundationEssentials
import Glibc
import LinuxSystem
import SystemPackage

/// The daemon's own folder: its lock, its key for secrets, and the journal.
struct StateFolder: Sendable {
    let path: FilePath
    /// The key of the digests that stand for secrets; it never leaves the node.
    let secretKey: SymmetricKey
    private let lock: InstanceLock

    /// Opens the folder, or makes it, for this process alone.
    ///
    /// - Throws: `AgentError` with code `stateFolder`, `alreadyRunning`, or `rootHoldsState` when one of the recorded
    ///   trees holds the folder: the daemon would record its own journal.
    init(_ text: String, roots: [String]) throws(AgentError) {
        let given = FilePath(text)
        // Asked before the folder is made, so that nothing is left in a recorded tree.
        path = Self.resolved(given)
        for root in roots where path.starts(with: Self.resolved(FilePath(root))) {
            throw AgentError(
                .rootHoldsState,
                root,
                "this recorded tree holds the state folder \(text); move 'state' or leave the tree out of 'files.roots'"
            )
        }
        do {
            try Self.makeFolder(given)
        } catch {
            throw AgentError(.stateFolder, text, "the folder cannot be made: \(error)")
        }
        do {
            lock = try InstanceLock(path.appending("lock"))
        } catch {
            throw AgentError(
                error.code == .alreadyRunning ? .alreadyRunning : .stateFolder,
                text,
                error.message
            )
        }
        do {
            secretKey = try Self.key(in: path)
        } catch {
            throw AgentError(
                .stateFolder,
                "\(path.appending("secret.key"))",
                "cannot be read or written: \(error)"
            )
        }
    }

    private static func makeFolder(_ path: FilePath) throws(SystemError) {
        var made = FilePath("/")
        for component in path.components {
            made.append(component)
            guard mkdir(made.string, 0o755) != 0 || made == path else { continue }
            guard made == path || errno == EEXIST else { throw SystemError(.mkdir, errno: errno, made) }
        }
        guard chmod(path.string, 0o700) == 0 else { throw SystemError(.chmod, errno: errno, path) }
    }

    /// The path without symlinks, as far as it is there.
    private static func resolved(_ path: FilePath) -> FilePath {
        guard let real = realpath(path.string, nil) else {
            guard let last = path.lastComponent else { return path }
            return resolved(path.removingLastComponent()).appending(last)
        }
        defer { free(real) }
        return FilePath(String(cString: real))
    }

    private static func key(in folder: FilePath) throws -> SymmetricKey {
        let file = folder.appending("secret.key")
        if let status = try FileStatus.at(file) {
            guard case .complete(let bytes) = try FileReading.read(file, expecting: status, limit: 64),
                bytes.count == 32
            else {
                throw AgentError(
                    .stateFolder,
                    "\(file)",
                    "is not a key of 32 bytes; restore it from a backup"
                )
            }
            return SymmetricKey(data: bytes)
        }
        let key = SymmetricKey(size: .bits256)
        let bytes = key.withUnsafeBytes { Array($0) }
        try AtomicFile.replace(file, with: bytes, mode: 0o600, uid: geteuid(), gid: getegid())
        return key
    }
}
