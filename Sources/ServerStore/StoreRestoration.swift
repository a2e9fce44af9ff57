public import FabricModel
internal import Foundation
internal import GRDB
internal import Glibc

/// Puts a backup in the place of a store that no server uses at the moment.
///
/// What a store may never forget is carried over from the one that was there: contents that were redacted stay so, and
/// tokens and nodes that were revoked; nodes are known by the certificates that they got since.
public struct StoreRestoration: Sendable {
    /// What a restoration came to.
    public struct Outcome: Sendable {
        /// When the backup was made.
        public var madeAt: Timestamp
        /// Where the database lies that was there; `nil` where there was none.
        public var replaced: String?
        /// Whether what that one had redacted and revoked could be carried over.
        public var isCarriedOver: Bool
        /// Contents that are redacted, in all.
        public var redactions: Int
        /// Tokens and certificates that were ended, for the replaced database had them revoked or used up.
        public var tokens: Int
        /// Certificates of nodes that are good, and newer than the backup.
        public var certificates: Int
        /// Files beside the database that were put back.
        public var files: [String]
    }

    private let backup: String
    private let folder: StoreFolder
    private let at: Timestamp
    private let authority: String?

    private var staged: String { folder.path + "/store.restoring" }

    /// A restoration of a backup into the folder of a store.
    ///
    /// - Parameters:
    ///   - backup: The file.
    ///   - folder: That of the database.
    ///   - at: The moment from which the store is another one.
    ///   - authority: The path, below the folder, of the certificate that the fabric's nodes trust. Where one is there that
    ///     is not the backup's, nothing is restored.
    public init(of backup: String, into folder: String, at: Timestamp, authority: String? = nil) {
        self.backup = backup
        self.folder = StoreFolder(path: folder)
        self.at = at
        self.authority = authority
    }

    /// Restores; nothing is changed unless all of it can be done.
    ///
    /// - Parameters:
    ///   - isReplacing: Whether a database that is there may be replaced; it is kept beside the new one.
    ///   - principal: Who does it.
    /// - Returns: What that came to.
    /// - Throws: `StoreError` with code `cannotOpen`, `newerSchema`, `damaged` or `failed`.
    public func restore(isReplacing: Bool, by principal: String) async throws -> Outcome {
        try await onThread { try run(isReplacing, principal) }
    }

    private func run(_ isReplacing: Bool, _ principal: String) throws -> Outcome {
        let hasOld = try hasOld()
        guard isReplacing || !hasOld else {
            throw StoreError(
                .cannotOpen,
                folder.path,
                "there is a store here; name another folder, or replace it with --replace, which keeps it beside the new one"
            )
        }
        try folder.prepare()
        removeStaged()
        defer { removeStaged() }
        do {
            try FileManager.default.copyItem(atPath: backup, toPath: staged)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: staged)
        } catch {
            throw StoreError(
                .cannotOpen,
                backup,
                "it cannot be read, or not be copied to \(folder.path); check owner, space and permissions",
                cause: error
            )
        }
        let legacy = hasOld ? StoreLegacy(folder: folder) : nil
        var outcome = try prepare(legacy ?? .nothing, by: principal)
        outcome.isCarriedOver = legacy?.isRead ?? false
        try BackupFile.flush(staged)
        if hasOld { outcome.replaced = try keepOld() }
        guard rename(staged, folder.database) == 0 else {
            throw StoreError(.failed, folder.database, "it cannot be replaced (errno \(errno))")
        }
        try BackupFile.flush(folder.path)
        return outcome
    }

    private func hasOld() throws -> Bool {
        let files = FileManager.default
        guard files.fileExists(atPath: folder.database) else { return false }
        // An empty file is what the folder is prepared with.
        let size = try files.attributesOfItem(atPath: folder.database)[.size] as? NSNumber
        return size?.intValue != 0
    }

    /// Makes the store of the backup that the restored server is to go on with.
    private func prepare(_ legacy: StoreLegacy, by principal: String) throws -> Outcome {
        do {
            let queue = try DatabaseQueue(path: staged)
            let outcome = try prepare(queue, legacy, by: principal)
            try queue.close()
            return outcome
        } catch let error as StoreError {
            throw error
        } catch let error as DatabaseError where error.isDamage {
            throw StoreError(.damaged, backup, "it is damaged; take another backup", cause: error)
        } catch {
            throw StoreError(
                .failed,
                backup,
                "it cannot be restored; check space and permissions",
                cause: error
            )
        }
    }

    private func prepare(
        _ queue: DatabaseQueue,
        _ legacy: StoreLegacy,
        by principal: String
    ) throws -> Outcome {
        guard let madeAt = try queue.read(BackupFile.madeAt) else {
            throw StoreError(.cannotOpen, backup, "it is no backup that 'weft-server backup' has made")
        }
        let migrator = Schema.migrator
        guard try !queue.read(migrator.hasBeenSuperseded) else {
            throw StoreError(.newerSchema, backup, "a newer weft-server made it; restore it with that one")
        }
        try migrator.migrate(queue)
        try queue.read { db in try StoreCheck.full(db, backup) }
        let companions = try queue.read(BackupFile.companions)
        try checkAuthority(companions)
        let file = RedactionFile(folder: folder.path)
        let known = try file.records()
        let (tokens, certificates) = try queue.write { db in
            try BackupFile.unstamp(db)
            let own = try RedactionRow.records(in: db)
            // In the file first: from then on they hold whatever copy comes to lie beside it.
            var digests = Set(known.map(\.digest))
            for record in own + legacy.redactions where digests.insert(record.digest).inserted {
                try file.append(record)
            }
            for record in known + legacy.redactions where try !RedactionRow.isRedacted(record.digest, in: db)
            {
                _ = try RedactionRow.apply(record, in: db)
            }
            try StoreLife.begin(at: at, copiedAt: madeAt, in: db)
            let detail = "backup of \(madeAt.toSecond)"
            try Audit.note(.restore, backup, detail: detail, by: principal, at: at, in: db)
            let certificates = try legacy.addCredentials(in: db)
            try legacy.replaceCandidates(in: db)
            try legacy.removeWebhooks(in: db)
            return (try legacy.endTokens(at: at, in: db), certificates)
        }
        // The pages of what was redacted go too.
        try queue.vacuum()
        return Outcome(
            madeAt: madeAt,
            replaced: nil,
            isCarriedOver: false,
            redactions: try queue.read { try RedactionRow.records(in: $0).count },
            tokens: tokens,
            certificates: certificates,
            files: try BackupFile.putBack(companions, in: folder.path)
        )
    }

    /// Refuses the backup of a fabric whose nodes would not trust the authority that is there.
    private func checkAuthority(_ companions: [BackupFile.Companion]) throws {
        guard let authority, let trusted = companions.first(where: { $0.name == authority }) else { return }
        let path = "\(folder.path)/\(authority)"
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard try Data(contentsOf: URL(filePath: path)) != trusted.bytes else { return }
        let parent = URL(filePath: path).deletingLastPathComponent().path
        throw StoreError(
            .cannotOpen,
            path,
            "the authority here is not that of the backup, and the backup's nodes trust no other; move \(parent) away, "
                + "and the backup's is put back"
        )
    }

    /// Gives the database that is there a second name; what SQLite keeps beside it must not be taken for the new one's.
    private func keepOld() throws -> String {
        let name = "\(folder.database).replaced-\(at.microseconds / 1_000_000)"
        guard link(folder.database, name) == 0 else {
            throw StoreError(.failed, name, "it cannot be made (errno \(errno))")
        }
        for end in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: folder.database + end) {
            guard rename(folder.database + end, name + end) == 0 else {
                throw StoreError(.failed, folder.database + end, "it cannot be renamed (errno \(errno))")
            }
        }
        return name
    }

    private func removeStaged() {
        for end in ["", "-wal", "-shm", "-journal"] { unlink(staged + end) }
    }
}
