import GRDB
import Synchronization
import SystemPackage

/// The connection that writes and the few that read, each with a queue of its own.
///
/// GRDB's own pool asks for the schema's version at each read, which costs as much as reading a directory.
struct Connections: Sendable {
    let writer: DatabaseQueue
    private let readers: [DatabaseQueue]
    private let turn = Turn()

    /// Opens the database and brings its schema up to date.
    init(_ path: FilePath) throws {
        var configuration = Configuration()
        configuration.label = "journal"
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(5)
        configuration.journalMode = .wal
        configuration.prepareDatabase { db in
            // KiB. Memory counts: the writer's cache holds a batch, a reader's a few directories.
            try db.execute(sql: "PRAGMA cache_size = \(db.configuration.readonly ? -512 : -2048)")
            try db.execute(sql: "PRAGMA mmap_size = 0")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            if !db.configuration.readonly { try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
        }
        writer = try DatabaseQueue(path: path.string, configuration: configuration)
        // GRDB sets NORMAL itself when it turns the write-ahead log on, after `prepareDatabase`.
        try writer.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            // A log that grew in a burst gives its space back.
            try db.execute(sql: "PRAGMA journal_size_limit = \(16 << 20)")
        }
        guard try !writer.read(Schema.migrator.hasBeenSuperseded) else {
            throw JournalError(
                .newerSchema,
                "was changed by a newer version of Weft; install that version again, or move the journal away",
                path: path
            )
        }
        try Schema.migrator.migrate(writer)
        configuration.readonly = true
        configuration.journalMode = .default
        readers = try (0..<2).map { _ in try DatabaseQueue(path: path.string, configuration: configuration) }
    }

    /// One of the connections that read, in turn.
    var reader: DatabaseQueue { readers[turn.next() % readers.count] }

    /// Closes all, the writer last: it then moves the log into the database.
    func close() throws {
        for reader in readers { try reader.close() }
        try writer.close()
    }
}

/// Counts up.
private final class Turn: Sendable {
    private let count = Atomic<Int>(0)

    func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).oldValue & Int.max }
}

extension Database {
    /// Runs `body` between `begin` and a commit, or a rollback when it throws.
    ///
    /// By cached statements; GRDB's own way parses them each time.
    func transaction<Value>(_ begin: String, _ body: () throws -> Value) throws -> Value {
        try run(begin)
        do {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            // SQLite itself has rolled back after some errors, such as a full disk.
            if isInsideTransaction { try run("ROLLBACK") }
            throw error
        }
    }
}
