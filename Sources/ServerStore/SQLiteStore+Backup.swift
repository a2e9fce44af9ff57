internal import FabricAPI
public import FabricModel
internal import Foundation
internal import GRDB
internal import Glibc

extension SQLiteStore {
    /// Copies the whole store, as it is at one moment, into a new file; others read and write meanwhile.
    ///
    /// The copy is made by `VACUUM INTO`: it takes one snapshot, so that no writer waits for it and none makes it begin
    /// anew, and it takes no free pages along, on which older versions of rows lie. With SQLite's backup interface each
    /// write of another process would begin the copy again, unless it is made in one step, and free pages are copied.
    ///
    /// - Parameters:
    ///   - path: A file that is not there yet. It is for its owner alone, and durable on return; what a crash leaves has
    ///     another name.
    ///   - folder: The store's own.
    ///   - principal: Who makes it.
    ///   - at: The moment that the copy is to bear.
    /// - Throws: `StoreError` with code `cannotOpen` or `failed`.
    public func backUp(to path: String, from folder: String, by principal: String, at: Timestamp) async throws
    {
        guard !FileManager.default.fileExists(atPath: path) else { throw Self.isThere(path) }
        try await writer.perform { db in
            try Audit.note(.backUp, path, by: principal, at: at, in: db)
        }
        try await onThread { [pool] in try Self.copy(pool, folder, to: path, at: at) }
    }

    private static func copy(_ pool: DatabasePool, _ folder: String, to path: String, at: Timestamp) throws {
        let partial = path + ".partial"
        let parent = URL(filePath: path).deletingLastPathComponent().path
        // SQLite takes a file that is there if it is empty; this one has its mode from the beginning.
        let file = Glibc.open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            throw StoreError(
                .cannotOpen,
                partial,
                errno == EEXIST
                    ? "a backup is being made there, or one was not finished; wait for it, or remove it"
                    : "it cannot be made (errno \(errno)); check owner, space and permissions"
            )
        }
        Glibc.close(file)
        defer { unlink(partial) }
        do {
            try pool.unsafeRead { db in try db.execute(sql: "VACUUM INTO ?", arguments: [partial]) }
            try BackupFile.stamp(partial, at: at, BackupFile.companions(in: folder))
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(
                .failed,
                path,
                "the backup cannot be written; check space and permissions",
                cause: error
            )
        }
        try BackupFile.flush(partial)
        guard link(partial, path) == 0 else {
            throw errno == EEXIST
                ? isThere(path) : StoreError(.failed, path, "it cannot be named (errno \(errno))")
        }
        try BackupFile.flush(parent)
    }

    private static func isThere(_ path: String) -> StoreError {
        StoreError(
            .cannotOpen,
            path,
            "it is there already, and a backup never takes the place of another one"
        )
    }
}
