import CLinux
import Glibc
public import SystemPackage

/// Writes that are there entirely or not at all, durable on return, and that follow no symlink.
///
/// The parent directory is opened from `/` component by component; a symlink among these is refused, whoever owns it.
/// The new file is made beside the old one under a name that ``isTemporaryName(_:)`` knows, gets its owner, attributes
/// and mode, is synced, and takes the old one's place by a rename. On any error the temporary file is removed.
public enum AtomicFile {
    /// What must be at the path for the write to happen.
    public enum Precondition: Hashable, Sendable {
        /// Anything or nothing.
        case anything
        /// Nothing.
        case absent
        /// The file with this status, looked at just before it is replaced.
        case unchanged(FileStatus)
    }

    /// Puts a regular file with these bytes at `path`.
    ///
    /// The file has exactly these extended attributes, by escaped name, except for a security label: one that is not
    /// among these stays what the system gives to a new file there.
    /// - Throws: `SystemError`: `symlinkInPath`, `changed` when `precondition` is not met, `isDirectory`, `noSpace` …
    public static func replace(
        _ path: FilePath,
        with content: [UInt8],
        mode: UInt16,
        uid: UInt32,
        gid: UInt32,
        attributes: [String: [UInt8]] = [:],
        precondition: Precondition = .anything
    ) throws(SystemError) {
        let parent = try ParentDirectory(of: path)
        try parent.check(precondition)
        let temporary = try TemporaryEntry.file(in: parent)
        do {
            try temporary.write(content, path)
            try temporary.settle(mode: mode, uid: uid, gid: gid, attributes: attributes, path)
            try temporary.takePlace(in: parent, precondition)
        } catch {
            throw temporary.discard(in: parent, after: error)
        }
        try parent.sync()
    }

    /// Puts a symlink to `target` at `path`.
    ///
    /// - Throws: `SystemError`: `symlinkInPath`, `changed` when `precondition` is not met, `isDirectory`, `noSpace` …
    public static func replaceWithSymlink(
        _ path: FilePath,
        to target: [UInt8],
        uid: UInt32,
        gid: UInt32,
        attributes: [String: [UInt8]] = [:],
        precondition: Precondition = .anything
    ) throws(SystemError) {
        let parent = try ParentDirectory(of: path)
        try parent.check(precondition)
        let temporary = try TemporaryEntry.symlink(to: target, in: parent)
        do {
            try temporary.settle(mode: nil, uid: uid, gid: gid, attributes: attributes, path)
            try temporary.takePlace(in: parent, precondition)
        } catch {
            throw temporary.discard(in: parent, after: error)
        }
        try parent.sync()
    }

    /// Makes the directory `path`, or brings the one that is there to this owner, mode and attributes.
    ///
    /// - Throws: `SystemError`: `symlinkInPath`, `changed` when `precondition` is not met, `alreadyExists` when
    ///   something else is there, `noSpace` …
    public static func createDirectory(
        _ path: FilePath,
        mode: UInt16,
        uid: UInt32,
        gid: UInt32,
        attributes: [String: [UInt8]] = [:],
        precondition: Precondition = .anything
    ) throws(SystemError) {
        let parent = try ParentDirectory(of: path)
        try parent.check(precondition)
        if let status = try parent.status() {
            let existing = try TemporaryEntry.existingDirectory(in: parent, expecting: status)
            try existing.settle(mode: mode, uid: uid, gid: gid, attributes: attributes, path)
            return
        }
        let temporary = try TemporaryEntry.directory(in: parent)
        do {
            try temporary.settle(mode: mode, uid: uid, gid: gid, attributes: attributes, path)
            try temporary.takePlace(in: parent, .absent)
        } catch {
            throw temporary.discard(in: parent, after: error)
        }
        try parent.sync()
    }

    /// Removes what is at `path`: a file, a symlink, or an empty directory.
    ///
    /// - Returns: `false` when nothing was there.
    /// - Throws: `SystemError`: `symlinkInPath`, `changed` when `precondition` is not met, `directoryNotEmpty` …
    @discardableResult
    public static func remove(
        _ path: FilePath,
        precondition: Precondition = .anything
    ) throws(SystemError) -> Bool {
        let parent = try ParentDirectory(of: path)
        try parent.check(precondition)
        guard let status = try parent.status() else { return false }
        let isDirectory = status.kind == .directory
        guard unlinkat(parent.directory.descriptor, parent.name, isDirectory ? AT_REMOVEDIR : 0) == 0 else {
            if errno == ENOENT { return false }
            throw SystemError(isDirectory ? .rmdir : .unlink, errno: errno, path)
        }
        try parent.sync()
        return true
    }

    /// Removes what such writes left beside `path` when their process was killed; nobody else may write there meanwhile.
    ///
    /// - Returns: What was removed.
    /// - Throws: `SystemError`: `symlinkInPath`, `readOnlyFileSystem` …
    public static func removeTemporaries(beside path: FilePath) throws(SystemError) -> [FilePath] {
        let directory = path.removingLastComponent()
        let left =
            try DirectoryListing.entries(of: directory) { _ in }?.filter { isTemporaryName($0.name) } ?? []
        var removed: [FilePath] = []
        for entry in left {
            let path = directory.pushing(FilePath(bytes: entry.name))
            do {
                if try remove(path, precondition: .unchanged(entry.status)) { removed.append(path) }
            } catch {
                // None of these writes has put anything into a directory before its rename.
                guard error.code == .directoryNotEmpty else { throw error }
            }
        }
        return removed
    }

    /// Whether `name` is one that these writes use before the rename; such a file that stays was left by a crash.
    public static func isTemporaryName(_ name: some Collection<UInt8>) -> Bool {
        name.count == TemporaryEntry.prefix.count + TemporaryEntry.randomCount
            && name.starts(with: TemporaryEntry.prefix)
            && name.dropFirst(TemporaryEntry.prefix.count).allSatisfy(TemporaryEntry.alphabet.contains)
    }
}
