import Glibc
public import SystemPackage

/// What the machine says of itself.
public struct HostFacts: Hashable, Sendable {
    /// The name that the kernel knows.
    public var hostName: String
    /// 32 hexadecimal digits, as in machine-id(5); `nil` where the machine has none yet.
    public var machineID: String?
    /// `PRETTY_NAME` of os-release(5), such as `Debian GNU/Linux 12 (bookworm)`.
    public var operatingSystem: String?

    /// Facts from their parts.
    public init(hostName: String, machineID: String?, operatingSystem: String?) {
        self.hostName = hostName
        self.machineID = machineID
        self.operatingSystem = operatingSystem
    }

    /// The facts of this machine, with the files below `root`.
    ///
    /// - Throws: `SystemError`, such as `permissionDenied`.
    public static func read(root: FilePath = "/") throws(SystemError) -> HostFacts {
        HostFacts(
            hostName: try hostName(),
            machineID: try machineID(root),
            operatingSystem: try operatingSystem(root)
        )
    }

    private static func hostName() throws(SystemError) -> String {
        // HOST_NAME_MAX is 64 on Linux.
        var name = [CChar](repeating: 0, count: 65)
        guard gethostname(&name, name.count) == 0 else {
            throw SystemError(.gethostname, errno: errno, "host name".utf8)
        }
        return PrintableBytes.escape(name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }

    private static func machineID(_ root: FilePath) throws(SystemError) -> String? {
        for place in ["etc/machine-id", "var/lib/dbus/machine-id"] as [FilePath] {
            guard let line = try SystemFile.lines(root.pushing(place), limit: 4 << 10)?.first else {
                continue
            }
            let isValid = line.utf8.count == 32 && line.allSatisfy { $0.isHexDigit && $0.isASCII }
            if isValid { return line.lowercased() }
        }
        return nil
    }

    private static func operatingSystem(_ root: FilePath) throws(SystemError) -> String? {
        for place in ["etc/os-release", "usr/lib/os-release"] as [FilePath] {
            guard let lines = try SystemFile.lines(root.pushing(place), limit: 64 << 10) else { continue }
            let key = "PRETTY_NAME="
            return lines.last { $0.hasPrefix(key) }.map { ShellValue.unquote($0.dropFirst(key.count)) }
        }
        return nil
    }
}
