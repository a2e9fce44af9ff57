import CLinux
import Glibc
public import SystemPackage

/// The entries of a directory with the status of each, in one pass and in the file system's order.
public enum DirectoryListing {
    /// Name and status of everything in the directory `path`, without `.` and `..`.
    ///
    /// An entry that goes away between its name and its status is left out.
    /// An entry whose status the kernel refuses, such as a dead FUSE mount, is given to `unreadable`; without that the
    /// first of these is thrown.
    /// - Returns: `nil` when `path` is no directory any more, or a symlink.
    /// - Throws: `SystemError`, such as `permissionDenied`.
    public static func entries(
        of path: FilePath,
        unreadable: ((SystemError) -> Void)? = nil
    ) throws(SystemError) -> [(name: [UInt8], status: FileStatus)]? {
        var entries: [(name: [UInt8], status: FileStatus)] = []
        let isThere = try visit(path, unreadable: unreadable) { name, status in
            entries.append((Array(name), status))
        }
        return isThere ? entries : nil
    }

    /// Gives name and status of each entry of the directory `path` to `body`, which must not keep the name's memory.
    ///
    /// The same as ``entries(of:unreadable:)`` without a copy of each name.
    /// - Returns: `false` when `path` is no directory any more, or a symlink.
    /// - Throws: `SystemError`, such as `permissionDenied`.
    public static func visit(
        _ path: FilePath,
        unreadable: ((SystemError) -> Void)? = nil,
        _ body: (_ name: UnsafeRawBufferPointer, _ status: FileStatus) -> Void
    ) throws(SystemError) -> Bool {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK
        let gone: [Errno] = [.noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels]
        guard let directory = try OpenFile.open(path, flags, unless: gone) else { return false }
        try visit(directory, path, unreadable, body)
        return true
    }

    /// The same of a directory that is open.
    static func visit(
        _ directory: borrowing OpenFile,
        _ path: FilePath,
        _ unreadable: ((SystemError) -> Void)?,
        _ body: (UnsafeRawBufferPointer, FileStatus) -> Void
    ) throws(SystemError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32 << 10, alignment: 8)
        defer { buffer.deallocate() }
        while true {
            let filled = weft_getdents64(directory.descriptor, buffer.baseAddress, buffer.count)
            guard filled >= 0 else {
                // The kernel's answer for a directory that was removed while it is open.
                if errno == ENOENT { return }
                throw SystemError(.getdents, errno: errno, path)
            }
            if filled == 0 { return }
            var records = UnsafeRawBufferPointer(rebasing: buffer[..<filled])
            while let record = DirectoryRecord(&records) {
                do {
                    guard let status = try record.status(in: directory, path) else { continue }
                    body(record.name, status)
                } catch {
                    guard let unreadable else { throw error }
                    unreadable(error)
                }
            }
        }
    }
}

/// One `linux_dirent64` of getdents64(2): inode (8 bytes), offset (8), length (2), type (1), name with a NUL.
private struct DirectoryRecord {
    let name: UnsafeRawBufferPointer

    /// Takes the next record that is neither `.` nor `..` from `rest`.
    init?(_ rest: inout UnsafeRawBufferPointer) {
        let nameOffset = 19
        while rest.count > nameOffset {
            let length = Int(rest.loadUnaligned(fromByteOffset: 16, as: UInt16.self))
            guard length > nameOffset, length <= rest.count, let start = rest.baseAddress else { return nil }
            let text = start + nameOffset
            let name = UnsafeRawBufferPointer(
                start: text,
                count: strnlen(text.assumingMemoryBound(to: CChar.self), length - nameOffset)
            )
            rest = UnsafeRawBufferPointer(rebasing: rest[length...])
            let dot = UInt8(ascii: ".")
            let isSelf = name.count == 1 && name[0] == dot
            let isParent = name.count == 2 && name[0] == dot && name[1] == dot
            guard isSelf || isParent else {
                self.name = name
                return
            }
        }
        return nil
    }

    func status(in directory: borrowing OpenFile, _ path: FilePath) throws(SystemError) -> FileStatus? {
        guard let text = name.baseAddress?.assumingMemoryBound(to: CChar.self) else { return nil }
        var buffer = stat()
        guard fstatat(directory.descriptor, text, &buffer, AT_SYMLINK_NOFOLLOW) != 0 else {
            return FileStatus(buffer)
        }
        if errno == ENOENT { return nil }
        throw SystemError(.lstat, errno: errno, path.bytes + [UInt8(ascii: "/")] + name)
    }
}
