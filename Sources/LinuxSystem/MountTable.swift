import Glibc
public import SystemPackage

/// The mounts that this process sees.
///
/// *Source*: proc_pid_mountinfo(5).
public struct MountTable: Sendable {
    /// One mount.
    public struct Entry: Hashable, Sendable {
        /// The mount's id, unique while it is mounted.
        public let id: Int
        /// The id of the mount that it lies on.
        public let parent: Int
        /// Where it is mounted.
        public let point: FilePath
        /// The type of the file system, such as `ext4` or `fuse.sshfs`.
        public let type: String
        let pointBytes: [UInt8]

        /// Whether other machines or programs change it without this kernel seeing the change, so that inotify is silent.
        public var isRemote: Bool {
            Self.remoteTypes.contains(type) || type == "fuse" || type.hasPrefix("fuse.")
        }

        /// Whether it only waits for an access in order to mount something, so that looking below it has effects.
        public var isAutomountTrigger: Bool { type == "autofs" }

        /// Whether it is a view into the kernel, without files that anybody keeps.
        public var isKernelView: Bool { Self.kernelTypes.contains(type) }

        private static let remoteTypes: Set<String> = [
            "9p", "acfs", "afs", "beegfs", "ceph", "cifs", "coda", "gfs", "gfs2", "glusterfs", "gpfs",
            "lustre", "ncpfs",
            "nfs", "nfs4", "ocfs2", "orangefs", "panfs", "prl_fs", "pvfs2", "smb3", "smbfs", "vboxsf",
            "virtiofs",
            "vmhgfs",
        ]
        private static let kernelTypes: Set<String> = [
            "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "efivarfs", "fusectl",
            "mqueue",
            "nsfs", "proc", "pstore", "rpc_pipefs", "securityfs", "selinuxfs", "sysfs", "tracefs",
        ]
    }

    /// Every mount, also those that a later one hides, in the kernel's order.
    public let entries: [Entry]
    private let byParent: [Int: [Int]]
    private let top: Int?

    /// The table in the text of a mountinfo file; lines that are not of that form are left out.
    public init(text: [UInt8]) {
        let entries = text.split(separator: UInt8(ascii: "\n")).compactMap(Entry.init(line:))
        let ids = Set(entries.map(\.id))
        var byParent: [Int: [Int]] = [:]
        for (index, entry) in entries.enumerated() { byParent[entry.parent, default: []].append(index) }
        self.entries = entries
        self.byParent = byParent
        top = entries.firstIndex { $0.pointBytes == [UInt8(ascii: "/")] && !ids.contains($0.parent) }
    }

    /// Reads the table of this process.
    ///
    /// - Throws: `SystemError`, with code `not-found` when /proc is not mounted.
    public static func read(_ path: FilePath = "/proc/self/mountinfo") throws(SystemError) -> MountTable {
        do {
            let file = try OpenFile.open(path, O_RDONLY)
            return try read(descriptor: file.descriptor)
        } catch {
            throw SystemError(.open, errno: error.rawValue, path)
        }
    }

    /// Reads the table from the start of an open mountinfo file, which also tells poll(2) that the change was seen.
    ///
    /// - Throws: what lseek(2) or read(2) gave.
    public static func read(descriptor: Int32) throws(Errno) -> MountTable {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw Errno(rawValue: errno) }
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let length = retrying { Glibc.read(descriptor, &chunk, chunk.count) }
            if length == 0 { return MountTable(text: text) }
            guard length > 0 else { throw Errno(rawValue: errno) }
            text += chunk[..<length]
        }
    }

    /// The mount that an access to `path`, which holds no symbolic links, ends in.
    public func entry(containing path: FilePath) -> Entry? {
        let path = path.bytes
        guard var current = top else { return nil }
        var visited: Set<Int> = [current]
        while true {
            let depth = entries[current].pointBytes.count
            let next = (byParent[entries[current].id] ?? [])
                .filter {
                    entries[$0].pointBytes.count >= depth && Entry.contains(entries[$0].pointBytes, path)
                }
                .min { entries[$0].pointBytes.count < entries[$1].pointBytes.count }
            guard let next, visited.insert(next).inserted else { return entries[current] }
            current = next
        }
    }

    /// Whether `entry` is what one finds at its mount point, not hidden by another mount.
    public func isVisible(_ entry: Entry) -> Bool {
        self.entry(containing: entry.point)?.id == entry.id
    }
}

extension MountTable.Entry {
    /// A line is `id parent major:minor root point options [optional…] - type source superoptions`.
    fileprivate init?(line: ArraySlice<UInt8>) {
        let fields = line.split(separator: UInt8(ascii: " "))
        guard fields.count > 6, let id = Self.number(fields[0]), let parent = Self.number(fields[1]),
            let dash = fields[6...].firstIndex(of: [UInt8(ascii: "-")]), fields.count > dash + 1
        else { return nil }
        self.id = id
        self.parent = parent
        pointBytes = Self.unescape(fields[4])
        point = FilePath(bytes: pointBytes)
        type = String(decoding: fields[dash + 1], as: UTF8.self)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        Int(String(decoding: digits, as: UTF8.self))
    }

    /// The kernel writes space, tab, newline and backslash as three octal digits.
    private static func unescape(_ field: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = field.startIndex
        while index < field.endIndex {
            let digits = field[min(index + 1, field.endIndex)..<min(index + 4, field.endIndex)]
            if field[index] == UInt8(ascii: "\\"), digits.count == 3,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                index += 4
            } else {
                bytes.append(field[index])
                index += 1
            }
        }
        return bytes
    }

    /// Whether `path` is `directory` or lies below it.
    fileprivate static func contains(_ directory: [UInt8], _ path: [UInt8]) -> Bool {
        directory == [UInt8(ascii: "/")]
            || path.starts(with: directory)
                && (path.count == directory.count || path[directory.count] == UInt8(ascii: "/"))
    }
}
