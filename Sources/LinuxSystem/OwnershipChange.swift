import CLinux
import Glibc
public import SystemPackage

/// What belongs to one user or group is to belong to another one.
///
/// Mode and capabilities stay, which the kernel takes from a file that gets another owner. ACLs are left alone.
public struct OwnershipChange: Hashable, Sendable {
    /// As what the number counts.
    public enum Role: Sendable {
        case user
        case group
    }

    /// As what the number counts.
    public var role: Role
    /// The number that goes.
    public var old: UInt32
    /// The number that comes.
    public var new: UInt32

    /// A change from its parts.
    public init(_ role: Role, from old: UInt32, to new: UInt32) {
        self.role = role
        self.old = old
        self.new = new
    }

    /// Changes what is at `path` and below it on the same file system; no symlink is followed from there.
    ///
    /// - Returns: Why that could not be done somewhere; the rest is done all the same.
    public func carryOut(below path: FilePath) -> [SystemError] {
        var failures: [SystemError] = []
        do throws(SystemError) {
            guard let place = try OpenFile.open(path, O_PATH | O_NOFOLLOW, unless: Self.gone) else {
                return []
            }
            let status = try place.status(path)
            try apply(place, status, path)
            guard status.kind == .directory else { return [] }
            try visit(".", below: place.descriptor, status.device, path, &failures)
        } catch {
            failures.append(error)
        }
        return failures
    }

    private static let gone: [Errno] = [.noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels]

    /// Opens the entry `name` of a directory; `nil` where it is gone or another one by now.
    private func open(
        _ name: UnsafePointer<CChar>,
        below parent: Int32,
        _ flags: Int32,
        _ path: FilePath
    ) throws(SystemError) -> OpenFile? {
        do {
            return try OpenFile.open(name, below: parent, flags | O_NOFOLLOW)
        } catch {
            if Self.gone.contains(error) { return nil }
            throw SystemError(.open, errno: error.rawValue, path)
        }
    }

    private func visit(
        _ name: UnsafePointer<CChar>,
        below parent: Int32,
        _ device: UInt64,
        _ path: FilePath,
        _ failures: inout [SystemError]
    ) throws(SystemError) {
        let flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK
        guard let directory = try open(name, below: parent, flags, path) else { return }
        var entries: [(name: [CChar], status: FileStatus)] = []
        var unreadable: [SystemError] = []
        try DirectoryListing.visit(
            directory,
            path,
            { unreadable.append($0) },
            { name, status in entries.append((name.map { CChar(bitPattern: $0) } + [0], status)) }
        )
        failures += unreadable
        // A file system of another machine has numbers of its own.
        for entry in entries where entry.status.device == device {
            let place = FilePath(
                bytes: path.bytes + [UInt8(ascii: "/")] + entry.name.dropLast().map(UInt8.init(bitPattern:))
            )
            do throws(SystemError) {
                if number(of: entry.status) == old,
                    let file = try open(entry.name, below: directory.descriptor, O_PATH, place)
                {
                    try apply(file, file.status(place), place)
                }
                if entry.status.kind == .directory {
                    try visit(entry.name, below: directory.descriptor, device, place, &failures)
                }
            } catch {
                failures.append(error)
            }
        }
    }

    private func number(of status: FileStatus) -> UInt32 { role == .user ? status.uid : status.gid }

    private func apply(
        _ file: borrowing OpenFile,
        _ status: FileStatus,
        _ path: FilePath
    ) throws(SystemError) {
        guard number(of: status) == old else { return }
        let place = FilePath("/proc/self/fd/\(file.descriptor)")
        let isRegular = status.kind == .regular
        let attributes =
            isRegular ? try FileReading.extendedAttributes(following: place, subject: path) : [:]
        // The largest number leaves the other one as it is.
        let (uid, gid) = role == .user ? (new, gid_t.max) : (uid_t.max, new)
        guard fchownat(file.descriptor, "", uid, gid, AT_EMPTY_PATH) == 0 else {
            throw SystemError(.chown, errno: errno, path)
        }
        if isRegular, status.mode & 0o6000 != 0,
            place.withPlatformString({ chmod($0, mode_t(status.permissions)) }) != 0
        {
            throw SystemError(.chmod, errno: errno, path)
        }
        if attributes["security.capability"] != nil {
            try PinnedAttributes(descriptor: file.descriptor, path: path).become(attributes)
        }
    }
}
