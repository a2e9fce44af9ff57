import Glibc
import LinuxSystem

/// The names in a directory, with no more known of each than whether it is a directory.
enum DirectoryNames {
    /// Calls `body` for each name except `.` and `..`; false when there is no such directory.
    ///
    /// - Throws: `SystemError`, such as `permissionDenied`.
    static func visit(
        _ path: [UInt8],
        _ body: (_ name: UnsafeRawBufferPointer, _ isDirectory: Bool) -> Void
    ) throws(SystemError) -> Bool {
        let descriptor = withPath(path) {
            open($0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        }
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR || errno == ELOOP { return false }
            throw SystemError(.open, errno: errno, path)
        }
        guard let directory = fdopendir(descriptor) else {
            defer { close(descriptor) }
            throw SystemError(.open, errno: errno, path)
        }
        defer { closedir(directory) }
        while true {
            errno = 0
            guard let entry = readdir(directory) else {
                // A directory that was removed while it is open has no names.
                if errno == 0 || errno == ENOENT { return true }
                throw SystemError(.getdents, errno: errno, path)
            }
            guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return true }
            let text = UnsafeRawPointer(entry) + offset
            let name = UnsafeRawBufferPointer(
                start: text,
                count: strlen(text.assumingMemoryBound(to: CChar.self))
            )
            let dot = UInt8(ascii: ".")
            if name[0] == dot, name.count == 1 || name.count == 2 && name[1] == dot { continue }
            let kind = Int32(entry.pointee.d_type)
            body(name, kind == unknown ? isDirectory(dirfd(directory), text) : kind == directoryKind)
        }
    }

    // DT_UNKNOWN and DT_DIR of readdir(3).
    private static let unknown: Int32 = 0
    private static let directoryKind: Int32 = 4

    private static func isDirectory(_ directory: Int32, _ name: UnsafeRawPointer) -> Bool {
        var status = stat()
        let result = fstatat(
            directory,
            name.assumingMemoryBound(to: CChar.self),
            &status,
            AT_SYMLINK_NOFOLLOW
        )
        return result == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
