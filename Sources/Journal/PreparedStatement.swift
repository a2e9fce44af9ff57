import GRDB
import GRDBSQLite

/// A value that is bound to a parameter.
enum SQLValue {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    static func integer(_ value: Int64?) -> SQLValue { value.map(SQLValue.integer) ?? .null }
    static func text(_ value: String?) -> SQLValue { value.map(SQLValue.text) ?? .null }
    static func bytes(_ value: [UInt8]?) -> SQLValue { value.map(SQLValue.bytes) ?? .null }
}

/// A row while it is read; columns count from 0.
struct SQLRow {
    fileprivate let statement: OpaquePointer

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(statement, column) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    /// The column's bytes, which stay valid until the next step.
    func buffer(_ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(statement, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
    }
}

// The hot paths bind and step by hand: GRDB's own way boxes each argument and costs several times as much per row.
extension Database {
    /// Runs a statement that gives no rows.
    func run(_ sql: String, _ values: SQLValue...) throws {
        try forEach(sql, values) { _ in }
    }

    /// Runs a query and calls `body` for each row.
    func forEach(_ sql: String, _ values: SQLValue..., body: (SQLRow) throws -> Void) throws {
        try forEach(sql, values, body)
    }

    /// Runs a query and gives what `body` makes of the first row, `nil` when there is none.
    func first<Value>(_ sql: String, _ values: SQLValue..., body: (SQLRow) throws -> Value) throws -> Value? {
        let statement = try prepare(sql, values)
        defer { sqlite3_reset(statement) }
        return try step(statement) ? try body(SQLRow(statement: statement)) : nil
    }

    private func forEach(_ sql: String, _ values: [SQLValue], _ body: (SQLRow) throws -> Void) throws {
        let statement = try prepare(sql, values)
        // An error comes from the step before; the reset only repeats it.
        defer { sqlite3_reset(statement) }
        while try step(statement) { try body(SQLRow(statement: statement)) }
    }

    private func step(_ statement: OpaquePointer) throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: true
        case SQLITE_DONE: false
        default: throw failure(statement)
        }
    }

    private func prepare(_ sql: String, _ values: [SQLValue]) throws -> OpaquePointer {
        let statement = try cachedStatement(sql: sql).sqliteStatement
        for (index, value) in values.enumerated() {
            let position = Int32(index + 1)
            let status =
                switch value {
                case .null: sqlite3_bind_null(statement, position)
                case .integer(let value): sqlite3_bind_int64(statement, position, value)
                case .text(var value):
                    value.withUTF8 { bytes in
                        bytes.withMemoryRebound(to: CChar.self) {
                            sqlite3_bind_text(
                                statement,
                                position,
                                $0.baseAddress,
                                Int32($0.count),
                                Self.copied
                            )
                        }
                    }
                case .bytes(let value):
                    value.isEmpty
                        ? sqlite3_bind_zeroblob(statement, position, 0)
                        : sqlite3_bind_blob(statement, position, value, Int32(value.count), Self.copied)
                }
            guard status == SQLITE_OK else { throw failure(statement) }
        }
        return statement
    }

    private func failure(_ statement: OpaquePointer) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(sqliteConnection)),
            message: sqlite3_errmsg(sqliteConnection).map { String(cString: $0) },
            sql: sqlite3_sql(statement).map { String(cString: $0) }
        )
    }

    /// SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
