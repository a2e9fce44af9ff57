import CLinux
import Glibc
public import SystemPackage

/// The right to be the only process on some state, held until the object or the process ends.
///
/// *Source*: flock(2). The file stays and holds the number of the last holder.
public final class InstanceLock: Sendable {
    private let file: OpenFile

    /// Takes the lock, making the file if need be.
    ///
    /// - Throws: `SystemError`: `alreadyRunning`, with the number of the process that holds the lock.
    public init(_ path: FilePath) throws(SystemError) {
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        do {
            file = try OpenFile.open(path, flags, mode: 0o600)
        } catch {
            throw SystemError(.open, errno: error.rawValue, path)
        }
        guard retrying({ flock(file.descriptor, LOCK_EX | LOCK_NB) }) == 0 else {
            let number = errno
            guard number == EWOULDBLOCK else { throw SystemError(.flock, errno: number, path) }
            let holder = try Self.holder(of: path).map { "process \($0)" } ?? "another process"
            throw SystemError(
                .alreadyRunning,
                .flock,
                path.bytes,
                "\(holder) works on this already; end it first, or give this one a folder of its own",
                errno: number
            )
        }
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(file.descriptor, 0) == 0, pwrite(file.descriptor, text, text.count, 0) == text.count
        else {
            throw SystemError(.write, errno: errno, path)
        }
    }

    private static func holder(of path: FilePath) throws(SystemError) -> Int32? {
        guard let line = try SystemFile.lines(path, limit: 4 << 10)?.first else { return nil }
        return Int32(line)
    }
}
