import Glibc
import LinuxSystem
import SystemPackage

/// The mount table and its changes, which inotify does not tell: poll(2) on mountinfo does.
struct MountWatch {
    private let path: FilePath
    /// -1 when the table cannot be read.
    private(set) var descriptor: Int32
    private(set) var table = MountTable(text: [])
    /// Whether the table has changed since it was read.
    private(set) var isDue = true
    /// *Units*: nanoseconds; a machine that mounts all the time must not keep the reader busy.
    private(set) var notBefore: Int64 = 0

    init(_ path: FilePath) {
        self.path = path
        descriptor = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC) }
    }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    /// Says that the table has changed.
    mutating func expire() {
        isDue = descriptor >= 0
    }

    func hasChanged() -> Bool {
        guard descriptor >= 0, !isDue else { return false }
        var wait = pollfd(fd: descriptor, events: Int16(POLLPRI), revents: 0)
        return poll(&wait, 1, 0) > 0 && Int32(wait.revents) & POLLPRI != 0
    }

    /// Reads the table; false when that fails, after which mounts are not noticed any more.
    mutating func read() -> Bool {
        isDue = false
        notBefore = MonotonicClock.nanoseconds() + 100_000_000
        guard descriptor >= 0 else { return false }
        do {
            table = try MountTable.read(descriptor: descriptor)
            return true
        } catch {
            close()
            descriptor = -1
            return false
        }
    }
}
