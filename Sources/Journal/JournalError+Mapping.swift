import FabricModel
import GRDB
import Glibc
import SystemPackage

extension JournalError {
    /// What `error`, thrown by SQLite, the system or the journal itself, means for a journal at `path`.
    init(_ error: any Error, path: FilePath) {
        switch error {
        case let error as JournalError: self = error
        case let error as DatabaseError: self.init(error, path: path)
        case let error as Errno: self.init(error, path: path)
        case let error as UnreadableRecord:
            self.init(.damaged, Self.wayOut(path), path: path, cause: error.reason)
        default:
            self.init(
                .internalError,
                "the journal failed in a way it does not know",
                path: path,
                cause: "\(error)"
            )
        }
    }

    init(_ code: Code, _ message: String, path: FilePath, cause: String? = nil) {
        self.init(code, message, subject: EscapedText.escape(path.bytes), cause: cause)
    }

    private init(_ error: DatabaseError, path: FilePath) {
        // The SQL says where, the arguments could be an admin's secrets: GRDB leaves them out.
        let cause = error.description
        switch error.resultCode {
        case .SQLITE_FULL: self.init(.diskFull, Self.full, path: path, cause: cause)
        case .SQLITE_IOERR where Self.isFull(path), .SQLITE_CANTOPEN where Self.isFull(path):
            self.init(.diskFull, Self.full, path: path, cause: cause)
        case .SQLITE_IOERR:
            self.init(.inputOutput, "the disk failed; look at the kernel's log", path: path, cause: cause)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(.damaged, Self.wayOut(path), path: path, cause: cause)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .busy,
                "another process holds the journal; only one daemon may use it",
                path: path,
                cause: cause
            )
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(.unwritable, Self.unwritable, path: path, cause: cause)
        default:
            self.init(.internalError, "the database refused", path: path, cause: cause)
        }
    }

    private init(_ error: Errno, path: FilePath) {
        let cause = error.description
        switch error {
        case .noSpace, .diskQuotaExceeded: self.init(.diskFull, Self.full, path: path, cause: cause)
        case .permissionDenied, .notPermitted, .readOnlyFileSystem, .noSuchFileOrDirectory, .notDirectory,
            .tooManySymbolicLinkLevels, .fileExists:
            self.init(.unwritable, Self.unwritable, path: path, cause: cause)
        default:
            self.init(.inputOutput, "the disk failed; look at the kernel's log", path: path, cause: cause)
        }
    }

    private static let full = "the disk is full; make space, and recording goes on where it stopped"
    private static let unwritable =
        "cannot be opened and written; check that it is there and belongs to this user"

    static func wayOut(_ path: FilePath) -> String {
        """
        is damaged; stop the daemon, move the file and its '-wal', '-shm' and the folder 'contents' beside it away, and \
        start again: a new baseline is taken, and what had not been sent is lost unless 'sqlite3 FILE .recover' saves it
        """
    }

    /// Whether the file system has less space left than a transaction needs.
    ///
    /// SQLite reports a write that failed for want of space in the shared-memory or write-ahead file as an input-output
    /// error, without the reason.
    private static func isFull(_ path: FilePath) -> Bool {
        var status = statvfs()
        guard path.removingLastComponent().withPlatformString({ statvfs($0, &status) }) == 0 else {
            return false
        }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize) < 1 << 20
            || (status.f_files > 0 && status.f_favail == 0)
    }
}

extension FilePath {
    /// The path as the kernel knows it.
    var bytes: [UInt8] {
        withPlatformString { path in
            Array(UnsafeBufferPointer(start: path, count: strlen(path)).map(UInt8.init(bitPattern:)))
        }
    }
}
