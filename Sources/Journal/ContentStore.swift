import Compression
import FabricModel
import GRDB

/// The contents in the database and beside it: each once, for as long as something names it.
///
/// Belongs to the one writer.
// SAFETY: the journal hands it out only together with the writing connection, on whose serial queue all of it runs.
final class ContentStore: @unchecked Sendable {
    /// Bytes that the journal takes, as of the last look.
    private(set) var used: Int64 = 0
    /// Bytes of the last content that did not fit; 0 when the last one did.
    private(set) var refused: Int64 = 0

    /// Contents that are not kept whatever names them, by the bytes of their digests.
    var redacted: Set<[UInt8]> = []

    private let files: ContentFiles
    private let options: JournalOptions
    private let compressor = Compressor(level: 3)
    // Names of files whose rows were deleted in the open transaction.
    private var dropped: [String] = []
    // A look at the size is four statements: taken once in a transaction, and while half is free not in each.
    private var isMeasured = false
    private var transactions = 0

    init(files: ContentFiles, options: JournalOptions) {
        self.files = files
        self.options = options
    }

    /// Names a content as many times as `references` says, storing it when it is new.
    ///
    /// Gives its number, and `nil` when the journal is full and does not hold it yet.
    func keep(_ content: FileContent, _ bytes: [UInt8]?, references: Int64, in db: Database) throws -> Int64?
    {
        let digest = content.digest.rawBytes
        if let id = try db.first(
            "SELECT id FROM content WHERE digest = ?",
            .bytes(digest),
            body: { $0.integer(0) }
        ) {
            try db.run("UPDATE content SET refs = refs + ? WHERE id = ?", .integer(references), .integer(id))
            return id
        }
        guard let bytes, UInt64(bytes.count) == content.size, content.digest.algorithm == .sha256 else {
            throw JournalError(
                .invalidObservation,
                "a content that is to be kept comes with exactly its bytes",
                subject: content.digest.text
            )
        }
        guard !redacted.contains(digest) else { return nil }
        if !isMeasured { try measure(db) }
        guard used < options.maximumSize else {
            refused = 1
            return nil
        }
        return bytes.count > options.inlineContentLimit
            ? try insertFile(content.digest, bytes, references, in: db)
            : try insert(digest, bytes, references, in: db)
    }

    /// Names a content once less; with the last name it goes.
    func release(_ id: Int64, in db: Database) throws {
        let last = try db.first(
            "SELECT refs, data IS NULL, hex(digest) FROM content WHERE id = ?",
            .integer(id)
        ) { row in
            (refs: row.integer(0), isFile: row.integer(1) != 0, name: row.text(2).lowercased())
        }
        guard let last else { throw UnreadableRecord(reason: "content \(id) is named and missing") }
        guard last.refs <= 1 else {
            try db.run("UPDATE content SET refs = refs - 1 WHERE id = ?", .integer(id))
            return
        }
        try db.run("DELETE FROM content WHERE id = ?", .integer(id))
        if last.isFile { dropped.append(last.name) }
    }

    /// Removes a content whatever names it; its number, `nil` where it is not held.
    func remove(_ digest: ContentDigest, in db: Database) throws -> Int64? {
        let found = try db.first(
            "SELECT id, data IS NULL FROM content WHERE digest = ?",
            .bytes(digest.rawBytes)
        ) { row in (id: row.integer(0), isFile: row.integer(1) != 0) }
        guard let found else { return nil }
        try db.run("DELETE FROM content WHERE id = ?", .integer(found.id))
        if found.isFile { dropped.append(String(digest.hexDigits)) }
        return found.id
    }

    /// Looks how much space the journal takes.
    func measure(_ db: Database) throws {
        func value(_ sql: String) throws -> Int64 { try db.first(sql) { $0.integer(0) } ?? 0 }
        let pages = try value("PRAGMA page_count") - value("PRAGMA freelist_count")
        let beside = try value("SELECT sum(stored) FROM content WHERE data IS NULL")
        used = try pages * value("PRAGMA page_size") + beside
        isMeasured = true
        transactions = 0
    }

    /// After a commit: removes the files whose rows are gone.
    func removeDropped() {
        for name in dropped { files.remove(hexDigits: name) }
        dropped = []
        transactions += 1
        isMeasured = isMeasured && transactions < 32 && used < options.maximumSize / 2
    }

    /// After a rollback: the rows are back, and the space was not taken.
    func forgetDropped() {
        dropped = []
        isMeasured = false
    }

    private func insert(
        _ digest: [UInt8],
        _ bytes: [UInt8],
        _ references: Int64,
        in db: Database
    ) throws -> Int64? {
        let packed = compressor.compress(bytes)
        let form = packed.count < bytes.count ? ContentForm.deflated : .plain
        let data = form == .deflated ? packed : bytes
        guard fits(Int64(data.count)) else { return nil }
        return try insert(digest, references, form, Int64(bytes.count), Int64(data.count), data, in: db)
    }

    private func insertFile(
        _ digest: ContentDigest,
        _ bytes: [UInt8],
        _ references: Int64,
        in db: Database
    ) throws -> Int64? {
        guard fits(Int64(bytes.count)) else { return nil }
        let (form, stored) = try files.write(bytes, digest, with: compressor)
        return try insert(digest.rawBytes, references, form, Int64(bytes.count), stored, nil, in: db)
    }

    private func insert(
        _ digest: [UInt8],
        _ references: Int64,
        _ form: ContentForm,
        _ size: Int64,
        _ stored: Int64,
        _ data: [UInt8]?,
        in db: Database
    ) throws -> Int64 {
        try db.run(
            "INSERT INTO content (digest, refs, form, size, stored, data) VALUES (?, ?, ?, ?, ?, ?)",
            .bytes(digest),
            .integer(references),
            .integer(form.rawValue),
            .integer(size),
            .integer(stored),
            .bytes(data)
        )
        used += stored
        refused = 0
        return db.lastInsertedRowID
    }

    private func fits(_ stored: Int64) -> Bool {
        guard used + stored > options.maximumSize else { return true }
        refused = stored
        return false
    }
}
