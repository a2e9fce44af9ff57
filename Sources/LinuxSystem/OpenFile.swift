import CLinux
import Glibc
import SystemPackage

/// A file descriptor that is closed with its owner.
struct OpenFile: ~Copyable, Sendable {
    let descriptor: Int32

    /// Takes over an open descriptor.
    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Opens the entry `name` of the directory `parent`.
    static func open(
        _ name: UnsafePointer<CChar>,
        below parent: Int32 = AT_FDCWD,
        _ flags: Int32,
        mode: mode_t = 0
    ) throws(Errno) -> OpenFile {
        let descriptor = retrying { openat(parent, name, flags | O_CLOEXEC, mode) }
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        return OpenFile(descriptor)
    }

    /// Opens `path`.
    static func open(_ path: FilePath, _ flags: Int32, mode: mode_t = 0) throws(Errno) -> OpenFile {
        let (descriptor, number) = path.withPlatformString { name in
            let descriptor = retrying { openat(AT_FDCWD, name, flags | O_CLOEXEC, mode) }
            return (descriptor, errno)
        }
        guard descriptor >= 0 else { throw Errno(rawValue: number) }
        return OpenFile(descriptor)
    }

    /// Opens `path`; `nil` when that fails with one of `expected`.
    static func open(
        _ path: FilePath,
        _ flags: Int32,
        unless expected: [Errno]
    ) throws(SystemError) -> OpenFile? {
        do {
            return try open(path, flags)
        } catch {
            if expected.contains(error) { return nil }
            throw SystemError(.open, errno: error.rawValue, path)
        }
    }

    /// The status of the open file.
    func status(_ path: FilePath) throws(SystemError) -> FileStatus {
        var buffer = stat()
        guard fstat(descriptor, &buffer) == 0 else { throw SystemError(.fstat, errno: errno, path) }
        return FileStatus(buffer)
    }
}

/// Repeats a call that a signal interrupted.
func retrying<T: SignedInteger>(_ call: () -> T) -> T {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}
