import Compression
public import FabricModel
import GRDB

extension Journal {
    /// The bytes that have a digest; `nil` when the journal does not hold them.
    ///
    /// - Throws: `damaged` when what is stored is not what was recorded.
    public func content(_ digest: ContentDigest) throws(JournalError) -> [UInt8]? {
        guard digest.algorithm == .sha256, let stored = try storedContent(digest) else { return nil }
        let path = files.database
        do {
            let bytes =
                stored.form == .deflated
                ? try Deflate.decompress(stored.bytes, limit: stored.size) : stored.bytes
            guard bytes.count == stored.size, ContentDigest.sha256(bytes) == digest else {
                throw UnreadableRecord(reason: "\(digest) has other bytes than it had")
            }
            return bytes
        } catch let error as CompressionError {
            throw JournalError(UnreadableRecord(reason: "\(digest) \(error)"), path: path)
        } catch {
            throw JournalError(error, path: path)
        }
    }

    /// Whether the journal holds the bytes that have a digest.
    public func holds(_ digest: ContentDigest) throws(JournalError) -> Bool {
        try read { db in
            try db.first("SELECT 1 FROM content WHERE digest = ?", .bytes(digest.rawBytes)) { _ in true }
                ?? false
        }
    }

    private func storedContent(
        _ digest: ContentDigest
    ) throws(JournalError) -> (form: ContentForm, size: Int, bytes: [UInt8])? {
        let found = try read { db in
            try db.first(
                "SELECT form, size, stored, data FROM content WHERE digest = ?",
                .bytes(digest.rawBytes)
            ) {
                row in
                guard let form = ContentForm(rawValue: row.integer(0)) else {
                    throw UnreadableRecord(reason: "\(digest) has the unknown form \(row.integer(0))")
                }
                let bytes = row.isNull(3) ? nil : Array(row.buffer(3))
                return (form: form, size: Int(row.integer(1)), stored: row.integer(2), bytes: bytes)
            }
        }
        guard let found else { return nil }
        if let bytes = found.bytes { return (found.form, found.size, bytes) }
        let folder = ContentFiles(folder: files.contents)
        do {
            if let bytes = try folder.read(digest, stored: found.stored) {
                return (found.form, found.size, bytes)
            }
        } catch {
            throw JournalError(error, path: files.contents)
        }
        // Gone since the row was read, unless the row is still there.
        guard try holds(digest) else { return nil }
        throw JournalError(UnreadableRecord(reason: "the file of \(digest) is missing"), path: files.contents)
    }
}
