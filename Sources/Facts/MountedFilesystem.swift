/// One line of mountinfo as df(1) and mount(8) take it.
///
/// *Source*: proc_pid_mountinfo(5).
struct MountedFilesystem {
    /// What is mounted: a device, an export, or any word.
    var device: String
    /// Where.
    var point: String
    /// The folder of the file system that is mounted there.
    var root: String
    var type: String
    /// Those of the mount and those of the file system, each once.
    var options: [String]
    /// Numbers of the device, `8:1`.
    var number: String

    init?(line: Substring) {
        let fields = line.split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count > 6, let dash = fields[6...].firstIndex(of: "-"), fields.count > dash + 3 else {
            return nil
        }
        number = String(fields[2])
        root = Self.unescaped(fields[3])
        point = Self.unescaped(fields[4])
        type = Self.unescaped(fields[dash + 1])
        device = Self.unescaped(fields[dash + 2])
        let own = fields[5].split(separator: ",").map(String.init)
        let common = fields[dash + 3].split(separator: ",").map(String.init)
        let isReadOnly = own.contains("ro") || common.contains("ro")
        options = [isReadOnly ? "ro" : "rw"] + (own + common).filter { $0 != "rw" && $0 != "ro" }
        var known: Set<String> = []
        options = options.filter { known.insert($0).inserted }
    }

    /// Whether another machine answers for it, so that nobody knows when.
    var isRemote: Bool {
        device.contains(":") || (device.hasPrefix("//") && ["smbfs", "smb3", "cifs"].contains(type))
            || device == "-hosts" || Self.remoteTypes.contains(type)
    }

    /// Whether a program or another machine answers for it, which may have died.
    var mayHang: Bool {
        isRemote || type.hasPrefix("fuse") || type == "autofs" || Self.distantTypes.contains(type)
    }

    /// Whether it has no room of its own to tell of.
    var isDummy: Bool { Self.dummyTypes.contains(type) || (type == "none" && !options.contains("bind")) }

    private static let remoteTypes: Set<String> = [
        "acfs", "afs", "auristorfs", "coda", "fhgfs", "gpfs", "ibrix", "ocfs2", "vxfs",
    ]
    private static let distantTypes: Set<String> = [
        "nfs", "nfs4", "ceph", "glusterfs", "lustre", "9p", "virtiofs",
    ]
    private static let dummyTypes: Set<String> = [
        "autofs", "proc", "subfs", "debugfs", "devpts", "fusectl", "fuse.portal", "mqueue", "rpc_pipefs",
        "sysfs",
        "devfs", "kernfs", "ignore",
    ]

    /// The kernel writes space, tab, newline and backslash as three octal digits.
    static func unescaped(_ field: Substring) -> String {
        guard field.contains("\\") else { return String(field) }
        var bytes: [UInt8] = []
        var rest = Array(field.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let value = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
