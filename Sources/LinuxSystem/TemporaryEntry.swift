import CLinux
import Glibc
import SystemPackage

/// A new entry under a temporary name beside the one whose place it is to take.
struct TemporaryEntry: ~Copyable {
    static let prefix = Array(".weft-".utf8)
    static let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
    static let randomCount = 8

    private let entry: OpenFile
    private let name: [CChar]
    private let isSymlink: Bool

    /// An empty regular file that only its owner can open.
    static func file(in parent: borrowing ParentDirectory) throws(SystemError) -> TemporaryEntry {
        while true {
            let name = randomName()
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
            do {
                let file = try OpenFile.open(name, below: parent.directory.descriptor, flags, mode: 0o600)
                return TemporaryEntry(entry: file, name: name, isSymlink: false)
            } catch {
                guard error == .fileExists else {
                    throw SystemError(.open, errno: error.rawValue, parent.path)
                }
            }
        }
    }

    /// A symlink to `target`.
    static func symlink(
        to target: [UInt8],
        in parent: borrowing ParentDirectory
    ) throws(SystemError) -> TemporaryEntry {
        guard !target.contains(0) else {
            throw SystemError(
                .invalidPath,
                .symlink,
                parent.path.bytes,
                "a link's target holds no NUL; name another"
            )
        }
        let text = target.map { CChar(bitPattern: $0) } + [0]
        let descriptor = parent.directory.descriptor
        let name = try make(.symlink, parent.path) { symlinkat(text, descriptor, $0) }
        let entry = try pin(name, in: parent, O_PATH | O_NOFOLLOW, undo: 0)
        return TemporaryEntry(entry: entry, name: name, isSymlink: true)
    }

    /// An empty directory that only its owner can enter.
    static func directory(in parent: borrowing ParentDirectory) throws(SystemError) -> TemporaryEntry {
        let descriptor = parent.directory.descriptor
        let name = try make(.mkdir, parent.path) { mkdirat(descriptor, $0, 0o700) }
        let entry = try pin(name, in: parent, directoryFlags, undo: AT_REMOVEDIR)
        return TemporaryEntry(entry: entry, name: name, isSymlink: false)
    }

    /// The directory that is at the path already.
    static func existingDirectory(
        in parent: borrowing ParentDirectory,
        expecting: FileStatus
    ) throws(SystemError) -> TemporaryEntry {
        guard expecting.kind == .directory else { throw SystemError(.mkdir, errno: EEXIST, parent.path) }
        let entry: TemporaryEntry
        do {
            let directory = try OpenFile.open(parent.name, below: parent.directory.descriptor, directoryFlags)
            entry = TemporaryEntry(entry: directory, name: parent.name, isSymlink: false)
        } catch {
            throw SystemError(.open, errno: error.rawValue, parent.path)
        }
        guard try entry.entry.status(parent.path) == expecting else { throw parent.changed() }
        return entry
    }

    func write(_ content: [UInt8], _ path: FilePath) throws(SystemError) {
        var written = 0
        while written < content.count {
            let count = content.withUnsafeBytes { bytes in
                retrying {
                    Glibc.write(
                        entry.descriptor,
                        bytes.baseAddress?.advanced(by: written),
                        bytes.count - written
                    )
                }
            }
            guard count > 0 else { throw SystemError(.write, errno: count < 0 ? errno : EIO, path) }
            written += count
        }
    }

    /// Gives the entry its owner, attributes and mode, in the order in which none takes away another, and syncs it.
    ///
    /// A change of owner clears capabilities and set-uid, and an ACL sets the group's bits of the mode.
    func settle(
        mode: UInt16?,
        uid: UInt32,
        gid: UInt32,
        attributes: [String: [UInt8]],
        _ path: FilePath
    ) throws(SystemError) {
        guard fchownat(entry.descriptor, "", uid, gid, AT_EMPTY_PATH) == 0 else {
            throw SystemError(.chown, errno: errno, path)
        }
        try PinnedAttributes(descriptor: entry.descriptor, path: path).become(attributes)
        // A symlink has no mode and no content of its own; the directory's sync covers it.
        guard !isSymlink else { return }
        if let mode, fchmod(entry.descriptor, mode_t(mode & 0o7777)) != 0 {
            throw SystemError(.chmod, errno: errno, path)
        }
        guard retrying({ fsync(entry.descriptor) }) == 0 else {
            throw SystemError(.fsync, errno: errno, path)
        }
    }

    /// Renames the entry to the path that it is for.
    func takePlace(
        in parent: borrowing ParentDirectory,
        _ precondition: AtomicFile.Precondition
    ) throws(SystemError) {
        let descriptor = parent.directory.descriptor
        if precondition == .absent {
            if renameat2(descriptor, name, descriptor, parent.name, UInt32(RENAME_NOREPLACE)) == 0 { return }
            // EINVAL: a file system that cannot do this in one step.
            guard errno == EINVAL || errno == EEXIST else {
                throw SystemError(.rename, errno: errno, parent.path)
            }
        }
        try parent.check(precondition)
        guard renameat(descriptor, name, descriptor, parent.name) == 0 else {
            throw SystemError(.rename, errno: errno, parent.path)
        }
    }

    /// Removes the entry, and gives back `error`, which tells of the entry if it cannot be removed.
    func discard(in parent: borrowing ParentDirectory, after error: SystemError) -> SystemError {
        let descriptor = parent.directory.descriptor
        if unlinkat(descriptor, name, 0) == 0 || unlinkat(descriptor, name, AT_REMOVEDIR) == 0
            || errno == ENOENT
        {
            return error
        }
        var error = error
        let text = PrintableBytes.escape(name.dropLast().map { UInt8(bitPattern: $0) })
        error.message += "; and remove \(text) beside it, which could not be removed"
        return error
    }

    private static let directoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK

    private static func randomName() -> [CChar] {
        let random = (0..<randomCount).map { _ in alphabet[Int.random(in: alphabet.indices)] }
        return (prefix + random).map { CChar(bitPattern: $0) } + [0]
    }

    private static func make(
        _ call: SystemCall,
        _ path: FilePath,
        _ body: ([CChar]) -> Int32
    ) throws(SystemError) -> [CChar] {
        while true {
            let name = randomName()
            if body(name) == 0 { return name }
            guard errno == EEXIST else { throw SystemError(call, errno: errno, path) }
        }
    }

    private static func pin(
        _ name: [CChar],
        in parent: borrowing ParentDirectory,
        _ flags: Int32,
        undo: Int32
    ) throws(SystemError) -> OpenFile {
        do {
            return try OpenFile.open(name, below: parent.directory.descriptor, flags)
        } catch {
            unlinkat(parent.directory.descriptor, name, undo)
            throw SystemError(.open, errno: error.rawValue, parent.path)
        }
    }
}
