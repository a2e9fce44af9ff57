internal import FabricModel
internal import FoundationEssentials
internal import GRDB
internal import LinuxSystem
internal import SystemPackage

/// Reads rpm's SQLite database directly, without rpm: in well under a millisecond where nothing has changed.
///
/// Opened read-only for each question and closed after it, so that no transaction of ours is ever in the way of the
/// checkpoint with which rpm ends.
///
/// *Source*: the tables that rpm 4.16 and later makes: `Packages(hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob)`. Each
/// installation gets a new number, so the new rows are those beyond the last known one.
struct RPMSQLite {
    /// Something in the database is not as expected; rpm itself must be asked.
    struct Unexpected: Error {
        var problem: String
    }

    /// The packages at one moment, by the number of their row.
    struct Snapshot {
        var rows: [Int64: RPMPackage] = [:]
        /// The numbers of rows that are no packages.
        fileprivate var skipped: Set<Int64> = []
        fileprivate var lastNumber: Int64 = 0
        fileprivate var device: UInt64 = 0
        fileprivate var inode: UInt64 = 0
    }

    let file: FilePath

    /// The packages now, given those at an earlier moment.
    func snapshot(after known: Snapshot?) throws(Unexpected) -> Snapshot {
        let status: FileStatus?
        do {
            status = try FileStatus.at(file)
        } catch {
            throw Unexpected(problem: error.description)
        }
        guard let status else { throw Unexpected(problem: "the file is not there") }
        return try read { database in
            let last =
                try Int64.fetchOne(database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'Packages'")
                ?? 0
            let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM Packages") ?? 0
            // A database that was rebuilt is another file and counts anew.
            var snapshot = known ?? Snapshot()
            if snapshot.device != status.device || snapshot.inode != status.inode
                || last < snapshot.lastNumber
            {
                snapshot = Snapshot(device: status.device, inode: status.inode)
            }
            if last > snapshot.lastNumber {
                try add(to: &snapshot, from: database)
                snapshot.lastNumber = last
            }
            if snapshot.rows.count + snapshot.skipped.count != count {
                let present = try Set(Int64.fetchAll(database, sql: "SELECT hnum FROM Packages"))
                snapshot.rows = snapshot.rows.filter { present.contains($0.key) }
                snapshot.skipped.formIntersection(present)
                guard snapshot.rows.count + snapshot.skipped.count == count else {
                    throw Unexpected(problem: "rows came and went in a way that rpm does not have")
                }
            }
            return snapshot
        }
    }

    /// Gives the headers of these rows to `body`; of all rows when `numbers` is `nil`.
    func visit(_ numbers: [Int64]?, _ body: (RPMHeader) throws -> Void) throws(Unexpected) {
        try read { database in
            guard let numbers else {
                let rows = try Row.fetchCursor(database, sql: "SELECT blob FROM Packages")
                while let row = try rows.next() { try Self.header(row, 0, body) }
                return
            }
            let statement = try database.makeStatement(sql: "SELECT blob FROM Packages WHERE hnum = ?")
            for number in numbers {
                if let row = try Row.fetchOne(statement, arguments: [number]) {
                    try Self.header(row, 0, body)
                }
            }
        }
    }

    private func add(to snapshot: inout Snapshot, from database: Database) throws {
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT hnum, blob FROM Packages WHERE hnum > ?",
            arguments: [snapshot.lastNumber]
        )
        while let row = try rows.next() {
            let number: Int64 = row[0]
            try Self.header(row, 1) { header in
                if let package = try RPMPackage(header) {
                    snapshot.rows[number] = package
                } else {
                    snapshot.skipped.insert(number)
                }
            }
        }
    }

    private static func header(_ row: Row, _ column: Int, _ body: (RPMHeader) throws -> Void) throws {
        try row.withUnsafeData(atIndex: column) { data in
            guard let data else { throw Unexpected(problem: "a row is empty") }
            try data.withUnsafeBytes { try body(RPMHeader($0)) }
        }
    }

    private func read<Value>(_ body: (Database) throws -> Value) throws(Unexpected) -> Value {
        do {
            guard let path = String(validating: file.bytes, as: UTF8.self) else {
                throw Unexpected(problem: "the path is not UTF-8")
            }
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(2)
            configuration.label = "rpm"
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let value = try queue.read(body)
            try queue.close()
            return value
        } catch let error as Unexpected {
            throw error
        } catch is RPMHeader.Malformed {
            throw Unexpected(problem: "a row is no rpm header")
        } catch {
            throw Unexpected(problem: "\(error)")
        }
    }
}
