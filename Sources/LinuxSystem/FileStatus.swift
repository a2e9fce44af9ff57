import CLinux
import Glibc
public import SystemPackage

/// What `lstat` says of a path, without the time of the last access.
///
/// Two equal statuses mean the same file with the same content, except for a change within one tick of the kernel's
/// clock: see ``isSettled(at:)``.
public struct FileStatus: Hashable, Sendable {
    /// What lies at the path.
    public enum Kind: Hashable, Sendable, CaseIterable {
        case regular
        case directory
        case symlink
        case fifo
        case socket
        case characterDevice
        case blockDevice
    }

    /// Number of the file system.
    public var device: UInt64
    /// Number of the file in its file system.
    public var inode: UInt64
    /// File type and permission bits: `st_mode`.
    public var mode: UInt32
    /// How many names the file has.
    public var links: UInt64
    /// Owner.
    public var uid: UInt32
    /// Group.
    public var gid: UInt32
    /// Bytes.
    public var size: Int64
    /// Time of the last change of the content.
    ///
    /// *Units*: nanoseconds since 1970.
    public var modified: Int64
    /// Time of the last change of content or status.
    ///
    /// *Units*: nanoseconds since 1970.
    public var changed: Int64

    /// A status from its parts.
    public init(
        device: UInt64,
        inode: UInt64,
        mode: UInt32,
        links: UInt64,
        uid: UInt32,
        gid: UInt32,
        size: Int64,
        modified: Int64,
        changed: Int64
    ) {
        self.device = device
        self.inode = inode
        self.mode = mode
        self.links = links
        self.uid = uid
        self.gid = gid
        self.size = size
        self.modified = modified
        self.changed = changed
    }

    /// A status as the kernel writes it.
    init(_ status: stat) {
        self.init(
            device: UInt64(status.st_dev),
            inode: UInt64(status.st_ino),
            mode: status.st_mode,
            links: UInt64(status.st_nlink),
            uid: status.st_uid,
            gid: status.st_gid,
            size: Int64(status.st_size),
            modified: Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec),
            changed: Int64(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_ctim.tv_nsec)
        )
    }

    /// The status of `path` itself: a symlink in the last component is not followed.
    ///
    /// - Returns: `nil` when nothing is there.
    /// - Throws: `SystemError`, such as `permissionDenied`.
    public static func at(_ path: FilePath) throws(SystemError) -> FileStatus? {
        var buffer = stat()
        guard path.withPlatformString({ lstat($0, &buffer) }) != 0 else { return FileStatus(buffer) }
        let number = errno
        guard number == ENOENT || number == ENOTDIR else { throw SystemError(.lstat, errno: number, path) }
        return nil
    }

    /// The type, from the mode.
    public var kind: Kind {
        switch mode & S_IFMT {
        case S_IFDIR: .directory
        case S_IFLNK: .symlink
        case S_IFIFO: .fifo
        case S_IFSOCK: .socket
        case S_IFCHR: .characterDevice
        case S_IFBLK: .blockDevice
        default: .regular
        }
    }

    /// Permission bits with set-uid, set-gid and sticky: `0o7777` at most.
    public var permissions: UInt16 { UInt16(truncatingIfNeeded: mode & 0o7777) }

    /// Whether a later change of the file is sure to show in its status.
    ///
    /// The kernel stamps files with a clock of some milliseconds' grain, so a file that was written just before it was
    /// read may be written again, to the same size, without a difference. Such a status is no proof of "unchanged".
    /// *Units*: `now` is nanoseconds since 1970, taken before the file was read.
    public func isSettled(at now: Int64) -> Bool {
        let grain: Int64 = 20_000_000
        return now - changed > grain && now - modified > grain
    }
}
