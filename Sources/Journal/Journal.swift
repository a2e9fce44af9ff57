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
    private let connections: Connections
    private let contents: ContentStore
    private let health = Mutex(JournalHealth())
    // As in the database, so that a recording need not ask it.
    let expectations = Mutex<[ResourceKey: [Expectation]]>([:])

    /// Opens the journal in a folder, making it where there is none.
    ///
    /// - Throws: `damaged` when the database cannot be read or was lost, `newerSchema`, `unwritable`, `diskFull`, `busy`.
    public init(folder: FilePath, options: JournalOptions = JournalOptions()) throws(JournalError) {
        self.folder = folder
        self.options = options
        files = JournalFolder(path: folder)
        try files.prepare()
        do {
            connections = try Connections(files.database)
        } catch {
            throw JournalError(error, path: files.database)
        }
        try files.prepareContents()
        contents = ContentStore(files: ContentFiles(folder: files.contents), options: options)
        try write { db, store in try store.measure(db) }
        try loadExpectations()
        try loadRedactions()
    }

    /// Ends all access and moves what SQLite had logged into the database; later calls fail.
    public func close() throws(JournalError) {
        do {
            try connections.close()
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
            return try connections.writer.writeWithoutTransaction { db in
                defer { health.withLock { $0.update(from: contents) } }
                return try body(db, contents)
            }
        } catch {
            let error = JournalError(error, path: files.database)
            if error.code == .diskFull { health.withLock { $0.isDiskFull = true } }
            throw error
        }
    }

    /// Runs `body` in one transaction of the one connection that writes, durable on return.
    func transaction<Value>(_ body: (Database, ContentStore) throws -> Value) throws(JournalError) -> Value {
        try write { db, store in try transaction(db, store, isDurable: true) { try body(db, store) } }
    }

    /// Runs `body` in one transaction of `db`; content files that it dropped go when it is committed.
    ///
    /// Not durable means that a crash of the machine loses it, if nothing durable followed; never a part of it, and
    /// nothing before it.
    func transaction<Value>(
        _ db: Database,
        _ store: ContentStore,
        isDurable: Bool,
        _ body: () throws -> Value
    ) throws -> Value {
        if !isDurable { try db.run("PRAGMA synchronous = NORMAL") }
        let result = Result { try db.transaction("BEGIN IMMEDIATE", body) }
        if !isDurable { try db.run("PRAGMA synchronous = FULL") }
        guard case .success(let value) = result else {
            store.forgetDropped()
            return try result.get()
        }
        store.removeDropped()
        health.withLock { $0.isDiskFull = false }
        return value
    }

    /// Runs `body`, which is to be one statement, on a connection that reads.
    func read<Value>(_ body: (Database) throws -> Value) throws(JournalError) -> Value {
        do {
            return try connections.reader.unsafeRead(body)
        } catch {
            throw JournalError(error, path: files.database)
        }
    }

    /// Runs `body`, which may be several statements, on a connection that reads, all of it on one snapshot.
    func readSnapshot<Value>(_ body: (Database) throws -> Value) throws(JournalError) -> Value {
        try read { db in try db.transaction("BEGIN") { try body(db) } }
    }
}
