import Glibc
import LinuxSystem
import SystemPackage

/// The unix socket on which the daemon is called.
///
/// It appears under its path complete: with owner and mode, and listening. A caller never meets half of it.
final class ListeningSocket: Sendable {
    /// Connections that may wait to be accepted.
    private static let backlog: Int32 = 64

    private let descriptor: Int32
    private let path: FilePath
    private let file: FileIdentity

    private init(descriptor: Int32, path: FilePath, file: FileIdentity) {
        self.descriptor = descriptor
        self.path = path
        self.file = file
    }

    deinit {
        _ = close(descriptor)
    }

    /// Makes the socket: mode 0660 for `group` where there is one, else 0600.
    ///
    /// A socket that nobody listens on is replaced; one that is in use, and anything that is no socket, stays.
    ///
    /// - Throws: `NodeControlError` with code `alreadyRunning` or `cannotListen`.
    static func open(_ path: FilePath, group: UInt32?) throws(NodeControlError) -> ListeningSocket {
        try checkNobodyListens(path)
        let new = path.appendingToName(".new")
        guard let address = SocketAddress(new) else {
            throw NodeControlError(
                .cannotListen,
                "a socket's path has at most 103 bytes",
                subject: path.string
            )
        }
        let descriptor = try check(SocketAddress.makeSocket(), "socket", path)
        do throws(NodeControlError) {
            // What a daemon left that died between bind and rename.
            if FileIdentity(new)?.isSocket == true { _ = new.withPlatformString { unlink($0) } }
            // unix(7): the file gets the mode of the descriptor, less the umask; so it is never open to more.
            try check(fchmod(descriptor, 0o600), "fchmod", path)
            try check(address.withSockaddr { bind(descriptor, $0, $1) }, "bind", path)
            if let group {
                try check(new.withPlatformString { lchown($0, uid_t.max, group) }, "chown", path)
                try check(new.withPlatformString { chmod($0, 0o660) }, "chmod", path)
            }
            try check(listen(descriptor, backlog), "listen", path)
            guard let file = FileIdentity(new) else {
                throw NodeControlError(
                    .cannotListen,
                    "the socket vanished while it was made",
                    subject: path.string
                )
            }
            let error = new.withPlatformString { old in path.withPlatformString { rename(old, $0) } }
            try check(error, "rename", path)
            return ListeningSocket(descriptor: descriptor, path: path, file: file)
        } catch {
            _ = close(descriptor)
            throw error
        }
    }

    /// The next connection's descriptor.
    func accept() -> Result<StreamSocket, Errno> {
        let connection = Glibc.accept(descriptor, nil, nil)
        guard connection >= 0 else { return .failure(Errno(rawValue: errno)) }
        // Cannot fail for an open descriptor: fcntl(2). A program that starts in between can only keep it open.
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        return .success(StreamSocket(owning: connection))
    }

    /// Wakes the thread that accepts; it gets no more connections.
    func stop() {
        _ = shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Takes the socket's file away, unless another daemon's lies there by now.
    func remove() {
        guard FileIdentity(path) == file else { return }
        _ = path.withPlatformString { unlink($0) }
    }

    private static func checkNobodyListens(_ path: FilePath) throws(NodeControlError) {
        guard let found = FileIdentity(path) else { return }
        guard found.isSocket else {
            throw NodeControlError(
                .cannotListen,
                "something that is no socket lies there: remove it or set another path",
                subject: path.string
            )
        }
        guard let address = SocketAddress(path) else { return }
        let probe = StreamSocket(owning: try check(SocketAddress.makeSocket(), "socket", path))
        _ = fcntl(probe.descriptor, F_SETFL, O_NONBLOCK)
        let result = address.withSockaddr { connect(probe.descriptor, $0, $1) }
        // A full backlog (EAGAIN) means that somebody listens as well: connect(2).
        guard result != 0, errno != EAGAIN else {
            let peer = try? KernelIdentification().identify(probe.descriptor)
            throw NodeControlError(
                .alreadyRunning,
                "another daemon listens here" + (peer.map { ": process \($0.pid)" } ?? ""),
                subject: path.string
            )
        }
        guard errno == ECONNREFUSED || errno == ENOENT else {
            throw NodeControlError.cannotListen("connect", Errno(rawValue: errno), path)
        }
    }

    private static func check(_ result: Int32, _ call: String, _ path: FilePath) throws(NodeControlError) {
        guard result != 0 else { return }
        throw .cannotListen(call, Errno(rawValue: errno), path)
    }

    private static func check(
        _ result: Result<Int32, Errno>,
        _ call: String,
        _ path: FilePath
    ) throws(NodeControlError) -> Int32 {
        switch result {
        case .success(let descriptor): return descriptor
        case .failure(let error): throw .cannotListen(call, error, path)
        }
    }
}

extension NodeControlError {
    fileprivate static func cannotListen(_ call: String, _ error: Errno, _ path: FilePath) -> NodeControlError
    {
        let remedy =
            switch error {
            case .noSuchFileOrDirectory: "its directory does not exist: create it, or set another path"
            case .permissionDenied, .notPermitted:
                "the daemon may not make it: run it as root, or set another path"
            default: "the control socket cannot be made"
            }
        return NodeControlError(.cannotListen, remedy, subject: path.string, cause: "\(call): \(error)")
    }
}

/// Which file lies at a path, and whether it is a socket.
private struct FileIdentity: Hashable {
    let device: dev_t
    let inode: ino_t
    let isSocket: Bool

    /// `nil` where nothing is, or nothing can be seen.
    init?(_ path: FilePath) {
        var status = stat()
        guard path.withPlatformString({ lstat($0, &status) }) == 0 else { return nil }
        device = status.st_dev
        inode = status.st_ino
        isSocket = status.st_mode & S_IFMT == S_IFSOCK
    }
}

extension FilePath {
    /// The path whose last component has `suffix` at its end.
    fileprivate func appendingToName(_ suffix: String) -> FilePath {
        FilePath(bytes: bytes + suffix.utf8)
    }
}
