internal import Dispatch
internal import FabricAPI
internal import GRDB

/// The store on SQLite: write-ahead log, durable at every commit, one writer and a pool of snapshots to read from.
public final class SQLiteStore: Store {
    let pool: DatabasePool
    let writer: GroupWriter
    let contacts = Contacts()
    let layers = LayerCache()
    let held = HeldContents()
    let tokenCache: TokenCache
    let redactions: RedactionFile

    /// Opens the store in a folder of its own, which is made where it is missing.
    ///
    /// - Throws: `StoreError` with code `cannotOpen`, `folderNotPrivate`, `newerSchema` or `damaged`.
    public convenience init(folder: String) async throws {
        let (pool, writer) = try await onThread { try Self.open(StoreFolder(path: folder)) }
        self.init(pool: pool, writer: writer, TokenCache(folder: folder), RedactionFile(folder: folder))
    }

    private init(
        pool: DatabasePool,
        writer: GroupWriter,
        _ tokenCache: TokenCache,
        _ redactions: RedactionFile
    ) {
        self.pool = pool
        self.writer = writer
        self.tokenCache = tokenCache
        self.redactions = redactions
    }

    /// Finishes what was asked before and closes the database; later requests are refused as `unavailable`.
    public func close() async throws {
        contacts.flush(through: writer)
        await writer.close()
        try await onThread { [pool] in try pool.close() }
    }

    /// Reads from one snapshot, on a thread of the pool.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await pool.read(body)
        } catch is DatabaseError where writer.isClosed {
            throw GroupWriter.closed
        } catch {
            throw reported(error)
        }
    }

    private static func open(_ folder: StoreFolder) throws -> (DatabasePool, GroupWriter) {
        do {
            try folder.prepare()
            var configuration = Configuration()
            configuration.label = "weft.store"
            configuration.busyMode = .timeout(5)
            let pool = try DatabasePool(path: folder.database, configuration: configuration)
            try pool.writeWithoutTransaction(setDurable)
            let migrator = Schema.migrator
            guard try !pool.read(migrator.hasBeenSuperseded) else {
                throw StoreError(.newerSchema, folder.path, "a newer weft-server wrote it; start that one")
            }
            try migrator.migrate(pool)
            try pool.write(NodeStates.complete)
            try redactAgain(RedactionFile(folder: folder.path), in: pool)
            return (pool, try GroupWriter(pool: pool))
        } catch let error as StoreError {
            throw error
        } catch let error as DatabaseError where error.isDamage {
            throw StoreError(
                .damaged,
                folder.path,
                "the database is damaged. \(StoreCheck.wayOut)",
                cause: error
            )
        } catch {
            throw StoreError(.cannotOpen, folder.path, "check owner, space and permissions", cause: error)
        }
    }

    /// GRDB lowers `synchronous` to NORMAL when it turns the write-ahead log on, so it is raised afterwards.
    ///
    /// The log is copied into the database after some 16 MB instead of 4: everybody waits meanwhile, and pages that
    /// changed several times are copied once.
    private static func setDurable(_ db: Database) throws {
        try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000")
        guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
            throw StoreError(.failed, "database", "it does not take PRAGMA synchronous = FULL")
        }
    }
}

/// Runs blocking or long work on a thread that is not of the cooperative pool.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global()
            .async {
                continuation.resume(with: Result(catching: work))
            }
    }
}
