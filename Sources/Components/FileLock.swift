internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// Locks of package managers, asked about but never taken.
enum FileLock {
    /// Whether a process holds a write lock on a file, as fcntl(2) makes it.
    static func isHeld(_ path: FilePath) throws(SystemError) -> Bool {
        let descriptor = path.withPlatformString { open($0, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) }
        guard descriptor >= 0 else {
            let number = errno
            if number == ENOENT || number == ENOTDIR { return false }
            throw SystemError(.open, errno: number, path)
        }
        // Closing gives up all locks that this process has on the file, and it has none.
        defer { close(descriptor) }
        // A reader would be let in beside other readers, so only a writer is in its way.
        var question = flock()
        question.l_type = Int16(F_RDLCK)
        question.l_whence = Int16(SEEK_SET)
        guard fcntl(descriptor, F_GETLK, &question) == 0 else {
            throw SystemError(.flock, errno: errno, path)
        }
        return Int32(question.l_type) != F_UNLCK
    }

    /// Whether the process whose number a file holds is alive and one of those named.
    ///
    /// The names keep a file that a crash left behind from standing for a process that got its number later.
    static func isHeld(byProcessIn path: FilePath, named names: [String]) throws(SystemError) -> Bool {
        guard let text = try SystemFile.lines(path, limit: 4_096)?.first, let pid = Int32(text), pid > 0,
            let command = try SystemFile.read(FilePath("/proc/\(pid)/cmdline"))
        else { return false }
        let words = String(decoding: command, as: UTF8.self).split(separator: "\0").prefix(3)
        return words.contains { word in names.contains { word.contains($0) } }
    }
}
