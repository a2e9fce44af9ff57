import FabricModel
import Glibc
import SystemPackage

/// The journal's files: `journal.sqlite` with SQLite's `-wal` and `-shm` beside it, and the folder `contents`.
///
/// The folders are 0700 and the files 0600 whatever the umask; SQLite gives its files the database's mode.
struct JournalFolder: Sendable {
    let path: FilePath

    var database: FilePath { path.appending("journal.sqlite") }
    var contents: FilePath { path.appending("contents") }

    /// Makes what is missing and sets the modes.
    ///
    /// `contents` is made last: where it is there, a database was there too, and one that is missing or empty was lost.
    func prepare() throws(JournalError) {
        guard String(validating: path) != nil else {
            throw JournalError(.unwritable, "the journal's folder needs a name in UTF-8", path: path)
        }
        do {
            try Self.makePrivateFolder(path)
            let file = try FileDescriptor.open(
                database,
                .readWrite,
                options: [.create, .noFollow, .closeOnExec],
                permissions: .ownerReadWrite
            )
            let size: Int64 = try file.closeAfter {
                guard fchmod(file.rawValue, 0o600) == 0 else { throw Errno(rawValue: errno) }
                return try file.seek(offset: 0, from: .end)
            }
            if size == 0, access(contents.string, F_OK) == 0 {
                throw JournalError(
                    .damaged,
                    JournalError.wayOut(database),
                    path: database,
                    cause: "it is missing or empty, though contents of it are there"
                )
            }
        } catch {
            throw JournalError(error, path: database)
        }
    }

    /// Makes the folder for contents; the mark that the database was made.
    func prepareContents() throws(JournalError) {
        do {
            try Self.makePrivateFolder(contents)
        } catch {
            throw JournalError(error, path: contents)
        }
    }

    private static func makePrivateFolder(_ path: FilePath) throws {
        let isNew = mkdir(path.string, 0o700) == 0
        guard isNew || errno == EEXIST else { throw Errno(rawValue: errno) }
        guard chmod(path.string, 0o700) == 0 else { throw Errno(rawValue: errno) }
        let parent = path.removingLastComponent()
        if isNew { try synchronizeFolder(parent.isEmpty ? "." : parent) }
    }

    /// Makes new, renamed and removed names in a folder durable.
    static func synchronizeFolder(_ path: FilePath) throws {
        let folder = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
        try folder.closeAfter { try synchronize(folder) }
    }

    static func synchronize(_ file: FileDescriptor) throws {
        guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }
}
