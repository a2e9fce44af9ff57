import GRDB

extension Journal {
    /// A value that was set under a name.
    public func value(_ name: String) throws(JournalError) -> String? {
        try read { db in try db.metaValue(name) }
    }

    /// Sets a value under a name, durable on return; `nil` removes it.
    ///
    /// Names that begin with `journal/` are the journal's own.
    public func setValue(_ value: String?, for name: String) throws(JournalError) {
        try transaction { db, _ in try db.setMetaValue(value, for: name) }
    }
}

extension Database {
    func metaValue(_ name: String) throws -> String? {
        try first("SELECT value FROM meta WHERE name = ?", .text(name)) { $0.text(0) }
    }

    func setMetaValue(_ value: String?, for name: String) throws {
        if let value {
            try run("REPLACE INTO meta VALUES (?, ?)", .text(name), .text(value))
        } else {
            try run("DELETE FROM meta WHERE name = ?", .text(name))
        }
    }
}
