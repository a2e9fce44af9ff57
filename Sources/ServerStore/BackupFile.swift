internal import FabricModel
internal import Foundation
internal import GRDB
internal import Glibc

/// A backup: one SQLite file with all of a store, and in a table of its own the files that lay beside the database.
enum BackupFile {
    /// A file of the store's folder that a restored server needs too, such as the key of its authority.
    struct Companion: Sendable {
        /// The path below the folder.
        var name: String
        var mode: Int
        var bytes: Data
    }

    /// Files of more bytes than this are nothing that a server keeps beside its database.
    private static let companionLimit = 1 << 20

    /// Marks a copy of a database as a backup.
    static func stamp(_ database: String, at: Timestamp, _ companions: [Companion]) throws {
        let queue = try DatabaseQueue(path: database)
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE backup (at INTEGER NOT NULL);
                    CREATE TABLE backup_files (
                        name TEXT NOT NULL PRIMARY KEY,
                        mode INTEGER NOT NULL,
                        bytes BLOB NOT NULL
                    );
                    """
            )
            try db.execute(sql: "INSERT INTO backup VALUES (?)", arguments: [at.microseconds])
            for file in companions {
                try db.execute(
                    sql: "INSERT INTO backup_files VALUES (?, ?, ?)",
                    arguments: [file.name, file.mode, file.bytes]
                )
            }
        }
        try queue.close()
    }

    /// When a backup was made; `nil` where the database is none.
    static func madeAt(_ db: Database) throws -> Timestamp? {
        guard try db.tableExists("backup") else { return nil }
        return try Int64.fetchOne(db, sql: "SELECT at FROM backup").map(Timestamp.init(microseconds:))
    }

    /// The files that lay beside the database.
    static func companions(_ db: Database) throws -> [Companion] {
        try Row.fetchAll(db, sql: "SELECT name, mode, bytes FROM backup_files ORDER BY name")
            .map { Companion(name: $0[0], mode: $0[1], bytes: $0[2]) }
    }

    /// Makes a store of a backup again.
    static func unstamp(_ db: Database) throws {
        try db.execute(sql: "DROP TABLE backup; DROP TABLE backup_files")
    }

    /// What lies in the store's folder besides the database and what belongs to it: in folders, as the store itself makes
    /// none.
    static func companions(in folder: String) throws -> [Companion] {
        let files = FileManager.default
        var companions: [Companion] = []
        for top in try files.contentsOfDirectory(atPath: folder).sorted() {
            for name in try contents(of: folder + "/" + top) {
                let path = "\(folder)/\(top)/\(name)"
                let attributes = try files.attributesOfItem(atPath: path)
                guard attributes[.type] as? FileAttributeType == .typeRegular,
                    let mode = attributes[.posixPermissions] as? NSNumber,
                    let size = attributes[.size] as? NSNumber, size.intValue <= companionLimit
                else { continue }
                let bytes = try Data(contentsOf: URL(filePath: path))
                companions.append(Companion(name: "\(top)/\(name)", mode: mode.intValue, bytes: bytes))
            }
        }
        return companions
    }

    private static func contents(of path: String) throws -> [String] {
        let files = FileManager.default
        let type = try files.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        return type == .typeDirectory ? try files.contentsOfDirectory(atPath: path).sorted() : []
    }

    /// Puts back the folders of which a file is not there, all files of each, for a key and its certificate belong together;
    /// which files those are.
    static func putBack(_ companions: [Companion], in folder: String) throws -> [String] {
        let files = FileManager.default
        func top(_ companion: Companion) -> String { String(companion.name.prefix { $0 != "/" }) }
        let lacking = Set(companions.filter { !files.fileExists(atPath: "\(folder)/\($0.name)") }.map(top))
        return try companions.compactMap { companion in
            let path = folder + "/" + companion.name
            guard isBelow(companion.name), lacking.contains(top(companion)) else { return nil }
            if files.fileExists(atPath: path) { try files.removeItem(atPath: path) }
            try files.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            let mode = companion.mode & 0o777
            guard
                files.createFile(
                    atPath: path,
                    contents: companion.bytes,
                    attributes: [.posixPermissions: mode]
                )
            else {
                throw StoreError(.cannotOpen, path, "it cannot be made; check owner, space and permissions")
            }
            try flush(path)
            return companion.name
        }
    }

    private static func isBelow(_ name: String) -> Bool {
        !name.hasPrefix("/") && name.split(separator: "/").allSatisfy { $0 != ".." && $0 != "." }
    }

    /// Makes a file or the names in a folder durable.
    static func flush(_ path: String) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        let isFlushed = file >= 0 && fsync(file) == 0
        let number = errno
        if file >= 0 { close(file) }
        guard isFlushed else {
            throw StoreError(.failed, path, "it cannot be flushed to the disk (errno \(number))")
        }
    }
}
