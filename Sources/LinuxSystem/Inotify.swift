import CLinux
import Glibc
public import SystemPackage

/// What an inotify watch asks for and what an event reports.
///
/// *Source*: inotify(7).
public struct InotifyMask: OptionSet, Hashable, Sendable {
    /// The bits as the kernel has them.
    public let rawValue: UInt32

    /// A mask from the kernel's bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    private init(_ bits: some BinaryInteger) {
        rawValue = UInt32(truncatingIfNeeded: bits)
    }

    /// Content was written.
    public static let modify = Self(IN_MODIFY)
    /// Mode, owner, times, link count or extended attributes changed.
    public static let attributes = Self(IN_ATTRIB)
    /// A file that was open for writing was closed.
    public static let closeWrite = Self(IN_CLOSE_WRITE)
    /// A name was made in the directory.
    public static let create = Self(IN_CREATE)
    /// A name was removed from the directory.
    public static let delete = Self(IN_DELETE)
    /// A name was moved away from the directory.
    public static let movedFrom = Self(IN_MOVED_FROM)
    /// A name was moved into the directory.
    public static let movedTo = Self(IN_MOVED_TO)
    /// The watched object itself was removed.
    public static let deleteSelf = Self(IN_DELETE_SELF)
    /// The watched object itself was moved.
    public static let moveSelf = Self(IN_MOVE_SELF)

    /// Event: the file system of the watched object was unmounted.
    public static let unmount = Self(IN_UNMOUNT)
    /// Event: the kernel dropped events since the queue was full.
    public static let queueOverflow = Self(IN_Q_OVERFLOW)
    /// Event: the watch is gone.
    public static let ignored = Self(IN_IGNORED)
    /// Event: the subject is a directory.
    public static let isDirectory = Self(IN_ISDIR)

    /// Watch: refuse anything but a directory.
    public static let onlyDirectory = Self(IN_ONLYDIR)
    /// Watch: do not follow a symbolic link in the last component.
    public static let dontFollow = Self(IN_DONT_FOLLOW)
    /// Watch: no events for objects that were unlinked from the directory.
    public static let excludeUnlinked = Self(IN_EXCL_UNLINK)
    /// Watch: add to the mask that the object is watched with already.
    public static let addToMask = Self(IN_MASK_ADD)
}

/// One event of an inotify queue.
///
/// *Shape*: `name` points into the buffer that was read, without the NUL padding; empty when the event is about the
/// watched object itself.
public struct InotifyEvent {
    /// The watch that saw it; -1 for an overflow of the queue.
    public let watch: Int32
    /// What happened.
    public let mask: InotifyMask
    /// Equal for the two halves of a rename.
    public let cookie: UInt32
    /// The name in the watched directory: any bytes but `/` and NUL.
    public let name: UnsafeRawBufferPointer
}

/// An inotify instance: its descriptor does not block and is closed with the object.
public final class Inotify: Sendable {
    /// To wait on with poll(2).
    public let descriptor: Int32

    /// A new instance.
    ///
    /// - Throws: `SystemError` with code `watch-limit` when the user has as many instances as the kernel allows.
    public init() throws(SystemError) {
        descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { throw SystemError(.inotifyInit, errno: errno, "inotify".utf8) }
    }

    deinit {
        close(descriptor)
    }

    /// Watches what lies at `path` and returns its watch descriptor, which is the same for the same inode.
    ///
    /// - Throws: the bare number, since a path that is gone is an everyday answer: `ENOENT`, `ENOTDIR`, `EACCES`,
    ///   `ENOSPC` (limit of watches), `ENOMEM`, `ENAMETOOLONG` and others of inotify_add_watch(2).
    public func addWatch(_ path: UnsafePointer<CChar>, _ mask: InotifyMask) throws(Errno) -> Int32 {
        let watch = inotify_add_watch(descriptor, path, mask.rawValue)
        guard watch >= 0 else { throw Errno(rawValue: errno) }
        return watch
    }

    /// Ends a watch; one that the kernel has removed already is no error.
    public func removeWatch(_ watch: Int32) {
        _ = inotify_rm_watch(descriptor, watch)
    }

    /// Reads as many whole events as fit into `buffer` and returns their length in bytes; 0 when there are none.
    ///
    /// - Throws: `SystemError` for what read(2) gives, except `EAGAIN` and `EINTR`.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        let length = retrying { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
        if length >= 0 { return length }
        if errno == EAGAIN { return 0 }
        throw SystemError(.read, errno: errno, "inotify".utf8)
    }

    /// Calls `body` for each event in bytes that ``read(into:)`` gave.
    public static func forEachEvent(in bytes: UnsafeRawBufferPointer, _ body: (InotifyEvent) -> Void) {
        let header = MemoryLayout<inotify_event>.size
        var offset = 0
        while offset + header <= bytes.count {
            let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            let start = offset + header
            let end = min(start + Int(event.len), bytes.count)
            var nameEnd = end
            while nameEnd > start, bytes[nameEnd - 1] == 0 { nameEnd -= 1 }
            body(
                InotifyEvent(
                    watch: event.wd,
                    mask: InotifyMask(rawValue: event.mask),
                    cookie: event.cookie,
                    name: UnsafeRawBufferPointer(rebasing: bytes[start..<nameEnd])
                )
            )
            offset = end
        }
    }
}
