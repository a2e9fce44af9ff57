import CLinux
import Glibc
import SystemPackage

/// What a process uses of the machine.
///
/// *Source*: proc_pid_stat(5).
public struct ProcessUsage: Hashable, Sendable {
    /// Memory that is resident.
    ///
    /// *Units*: bytes.
    public var residentBytes: UInt64
    /// Processor time outside the kernel.
    ///
    /// *Units*: ``ticksPerSecond``.
    public var userTicks: UInt64
    /// Processor time in the kernel.
    ///
    /// *Units*: ``ticksPerSecond``.
    public var systemTicks: UInt64
    /// How many threads there are.
    public var threads: Int
    /// When the process started; with its number this names a process for good.
    ///
    /// *Units*: ticks since boot.
    public var startTicks: UInt64

    /// Processor time in all.
    public var cpuTicks: UInt64 { userTicks + systemTicks }

    /// How many ticks a second has.
    public static var ticksPerSecond: Int { sysconf(Int32(_SC_CLK_TCK)) }

    /// The use of this process.
    public static func current() throws(SystemError) -> ProcessUsage {
        guard let usage = try of(getpid()) else {
            throw SystemError(.open, errno: ENOENT, "/proc/self/stat".utf8)
        }
        return usage
    }

    /// The use of another process; `nil` when it has ended.
    public static func of(_ pid: Int32) throws(SystemError) -> ProcessUsage? {
        let path = FilePath("/proc/\(pid)/stat")
        guard let bytes = try SystemFile.read(path, limit: 4 << 10) else { return nil }
        guard let usage = ProcessUsage(stat: bytes, pageSize: UInt64(sysconf(Int32(_SC_PAGESIZE)))) else {
            throw SystemError(
                .invalidData,
                .read,
                path.bytes,
                "is not in the format of proc_pid_stat(5); see the kernel"
            )
        }
        return usage
    }

    /// Whether there is a process of this number.
    public static func isRunning(_ pid: Int32) -> Bool {
        pid > 0 && (kill(pid, 0) == 0 || errno == EPERM)
    }

    /// Reads one line of proc_pid_stat(5), whose second field is a name in parentheses that may hold anything.
    package init?(stat line: [UInt8], pageSize: UInt64) {
        guard let end = line.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = line[(end + 1)...].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
            .map { String(decoding: $0, as: UTF8.self) }
        // The man page counts from 1, and the first of these is its third.
        func field(_ number: Int) -> UInt64? {
            fields.indices.contains(number - 3) ? UInt64(fields[number - 3]) : nil
        }
        guard let user = field(14), let system = field(15), let threads = field(20), let start = field(22),
            let pages = field(24)
        else { return nil }
        self.residentBytes = pages * pageSize
        self.userTicks = user
        self.systemTicks = system
        self.threads = Int(threads)
        self.startTicks = start
    }
}
