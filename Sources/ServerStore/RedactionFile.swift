internal import FabricAPI
internal import FabricModel
internal import Foundation
internal import Glibc

/// The file beside the database that says which contents are redacted: a database that is restored from a copy of before
/// then still has them, and loses them again when it is opened.
///
/// *Shape*: a line of JSON for each; a line that a crash cut off is none.
struct RedactionFile: Sendable {
    struct Record: Hashable, Codable {
        var digest: ContentDigest
        var at: Timestamp
        var by: String
        var reason: String?
    }

    let path: String

    init(folder: String) {
        path = folder + "/store.redactions"
    }

    /// All records, oldest first.
    ///
    /// - Throws: `StoreError` with code `cannotOpen`.
    func records() throws -> [Record] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StoreError(.cannotOpen, path, "it cannot be read; check owner and permissions")
        }
        // What does not read is what a crash cut off: whoever asked for it was not told that it was done.
        return data.split(separator: UInt8(ascii: "\n"))
            .compactMap { try? CanonicalJSON.decode(Record.self, from: $0) }
    }

    /// Adds a record; durable on return.
    ///
    /// - Throws: `StoreError` with code `failed`.
    func append(_ record: Record) throws {
        // Begins with a line end too, for the last line may be cut off.
        let line = [UInt8(ascii: "\n")] + (try CanonicalJSON.encode(record)) + [UInt8(ascii: "\n")]
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        let isWritten = file >= 0 && write(file, line, line.count) == line.count && fsync(file) == 0
        let number = errno
        if file >= 0 { close(file) }
        guard isWritten else {
            throw StoreError(
                .failed,
                path,
                "it cannot be written (errno \(number)), so nothing was redacted; make room and try again"
            )
        }
    }
}
