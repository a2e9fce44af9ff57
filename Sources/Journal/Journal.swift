public import FabricModel
import GRDB
import Synchronization
public import SystemPackage

/// The node's memory: what each resource was last, what changed, and what the server has not acknowledged yet.
///
/// A folder with one SQLite database and, beside it, large contents as files. What a recording method did is durable when
/// it returns. Every method blocks and may be called from any thread: one writes at a time, readers do not wait for it.
/// One process at a time may use a folder; the caller holds a lock for that.
///
/// All methods throw ``JournalError``.
public final class Journal: Sendable {
    /// Where the journal lies.
    public let folder: FilePath
    /// How much is kept.
    public let options: JournalOptions

    let files: JournalFolder
    let pool: DatabasePool
    private let contents: ContentStore
    private let health = Mutex(JournalHealth())

    /// Opens the journal in a folder, making it where there is none.
    ///
    /// - Throws: `damaged` when the database cannot be read or was lost, `newerSchema`, `unwritable`, `diskFull`, `busy`.
    public init(folder: FilePath, options: JournalOptions = JournalOptions()) throws(JournalError) {
        self.folder = folder
        self.options = options
        files = JournalFolder(path: folder)
        try files.prepare()
        do {
            pool = try Self.open(files.database)
        } catch {
            throw JournalError(error, path: files.database)
        }
        try files.prepareContents()
        contents = ContentStore(files: ContentFiles(folder: files.contents), options: options)
        try write { db, store in try store.measure(db) }
    }

    /// Ends all access and moves what SQLite had logged into the database; later calls fail.
    public func close() throws(JournalError) {
        do {
            try pool.close()
        } catch {
            throw JournalError(error, path: files.database)
        }
    }

    /// What is degraded: `journal-filling`, `journal-full` and `disk-full`.
    public var warnings: [HealthWarning] {
        health.withLock { $0.warnings(maximum: options.maximumSize, path: folder) }
    }

    /// Bytes of the database and the contents beside it.
    public var size: Int64 { health.withLock { $0.used } }

    /// Runs `body` with the one connection that writes, outside any transaction.
    func write<Value>(_ body: (Database, ContentStore) throws -> Value) throws(JournalError) -> Value {
        do {
            let value = try pool.writeWithoutTransaction { db in
                defer { health.withLock { $0.update(from: contents) } }
                return try body(db, contents)
            }
            health.withLock { $0.isDiskFull = false }
            return value
        } catch {
            let error = JournalError(error, path: files.database)
            if error.code == .diskFull { health.withLock { $0.isDiskFull = true } }
            throw error
        }
    }

    /// Runs `body` in one transaction of the one connection that writes, durable on return unless `isDurable` is false.
    func transaction<Value>(
        isDurable: Bool = true,
        _ body: (Database, ContentStore) throws -> Value
    ) throws(JournalError) -> Value {
        try write { db, store in try Self.transaction(db, store, isDurable: isDurable, body) }
    }

    /// Runs `body` in one transaction of `db`; content files that it dropped go when it is committed.
    static func transaction<Value>(
        _ db: Database,
        _ store: ContentStore,
        isDurable: Bool,
        _ body: (Database, ContentStore) throws -> Value
    ) throws -> Value {
        var result: Value?
        // Without the flush a crash of the machine loses the last such transactions, all of them or the latest, and
        // nothing before them.
        if !isDurable { try db.run("PRAGMA synchronous = NORMAL") }
        do {
            try db.inTransaction(.immediate) {
                result = try body(db, store)
                return .commit
            }
        } catch {
            store.forgetDropped()
            if !isDurable { try db.run("PRAGMA synchronous = FULL") }
            throw error
        }
        if !isDurable { try db.run("PRAGMA synchronous = FULL") }
        store.removeDropped()
        guard let result else { throw UnreadableRecord(reason: "a transaction had no result") }
        return result
    }

    /// Runs `body`, which is to be one statement, on a connection that reads.
    func read<Value>(_ body: (Database) throws -> Value) throws(JournalError) -> Value {
        do {
            return try pool.unsafeRead(body)
        } catch {
            throw JournalError(error, path: files.database)
        }
    }

    /// Runs `body`, which may be several statements, on a connection that reads, all of it on one snapshot.
    func readSnapshot<Value>(_ body: (Database) throws -> Value) throws(JournalError) -> Value {
        do {
            return try pool.read(body)
        } catch {
            throw JournalError(error, path: files.database)
        }
    }

    private static func open(_ path: FilePath) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.label = "journal"
        configuration.maximumReaderCount = 2
        configuration.persistentReadOnlyConnections = true
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            // KiB. Memory counts: two readers, and one writer whose cache holds a batch.
            try db.execute(sql: "PRAGMA cache_size = \(db.configuration.readonly ? -512 : -2048)")
            try db.execute(sql: "PRAGMA mmap_size = 0")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            if !db.configuration.readonly { try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
        }
        let pool = try DatabasePool(path: path.string, configuration: configuration)
        // GRDB sets NORMAL itself when it turns the write-ahead log on, after `prepareDatabase`.
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            // A log that grew in a burst gives its space back.
            try db.execute(sql: "PRAGMA journal_size_limit = \(16 << 20)")
        }
        guard try !pool.read(Schema.migrator.hasBeenSuperseded) else {
            throw JournalError(
                .newerSchema,
                "was changed by a newer version of Weft; install that version again, or move the journal away",
                path: path
            )
        }
        try Schema.migrator.migrate(pool)
        return pool
    }
}
