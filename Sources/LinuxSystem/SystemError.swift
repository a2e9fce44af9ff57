import Glibc
public import SystemPackage

/// A system call that failed, or a system file that does not hold what it should: on what, why, and the way out.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable codes; the raw value is API.
    public enum Code: String, CaseIterable, Sendable {
        case notFound = "not-found"
        case permissionDenied = "permission-denied"
        case alreadyExists = "already-exists"
        case notDirectory = "not-a-directory"
        case isDirectory = "is-a-directory"
        case directoryNotEmpty = "directory-not-empty"
        case notRegularFile = "not-a-regular-file"
        case notSymlink = "not-a-symlink"
        case symlinkInPath = "symlink-in-path"
        case invalidPath = "invalid-path"
        case changed = "changed-meanwhile"
        case noSpace = "no-space"
        case readOnlyFileSystem = "read-only-file-system"
        case tooManyOpenFiles = "too-many-open-files"
        case watchLimit = "watch-limit"
        case outOfMemory = "out-of-memory"
        case unsupported = "unsupported"
        case busy = "busy"
        case alreadyRunning = "already-running"
        case invalidData = "invalid-data"
        case timedOut = "timed-out"
        case inputOutput = "input-output"
        case failed = "failed"
    }

    /// What kind of failure it is.
    public var code: Code
    /// The call's error number; 0 where no call failed.
    public var errno: Int32
    /// The call that failed, or the one that was not made since it was sure to do harm.
    public var call: SystemCall
    /// What it was about: a path, a name or a number, escaped for printing.
    public var subject: String
    /// What happened and the way out.
    public var message: String

    /// The error of a call that failed with `errno` on `subject`, which is escaped here.
    public init(_ call: SystemCall, errno: Int32, _ subject: some Sequence<UInt8>) {
        let (code, message) = Self.meaning(of: errno, in: call)
        self.init(code, call, subject, message, errno: errno)
    }

    /// The error of a call that failed with `errno` on `path`.
    public init(_ call: SystemCall, errno: Int32, _ path: FilePath) {
        self.init(call, errno: errno, path.bytes)
    }

    /// An error with a message of its own about `subject`, which is escaped here.
    public init(
        _ code: Code,
        _ call: SystemCall,
        _ subject: some Sequence<UInt8>,
        _ message: String,
        errno: Int32 = 0
    ) {
        self.code = code
        self.errno = errno
        self.call = call
        self.subject = PrintableBytes.escape(subject)
        self.message = message
    }

    /// Subject, message and call in one line.
    public var description: String {
        let origin = errno == 0 ? call.rawValue : "\(call.rawValue), errno \(errno)"
        return "\(subject): \(message) (\(origin))"
    }
}

/// The system calls whose failures have a meaning of their own here; the raw value is the name of the man page.
public enum SystemCall: String, CaseIterable, Sendable {
    case open
    case read
    case write
    case lstat
    case fstat
    case getdents
    case readlink
    case listxattr
    case getxattr
    case setxattr
    case removexattr
    case mkdir
    case rename
    case symlink
    case unlink
    case rmdir
    case fsync
    case chmod
    case chown
    case flock
    case socket
    case connect
    case bind
    case listen
    case accept
    case send
    case receive = "recv"
    case getsockopt
    case eventfd
    case poll
    case statfs
    case getpwnam
    case getgrnam
    case gethostname
    case threadCreate = "pthread_create"
    case inotifyInit = "inotify_init1"
    case inotifyAddWatch = "inotify_add_watch"
    case inotifyRemoveWatch = "inotify_rm_watch"
    case kill
    case dlopen
    case bus = "sd-bus"
}
