import FabricModel
import GRDB

/// A row of the baseline, as the writer compares and replaces it.
struct BaselineRow {
    var state: ResourceState
    /// The stored form of `state`.
    var encoded: [UInt8]
    /// The number of its content.
    var content: Int64?
    var fingerprint: FileFingerprint?
}

extension Database {
    func baselineRow(_ place: ResourcePlace) throws -> BaselineRow? {
        try first(
            """
            SELECT device, inode, mode, uid, gid, size, modified, changed, content, state
            FROM baseline WHERE kind = ? AND directory = ? AND name = ?
            """,
            .text(place.kind),
            .text(place.directory),
            .text(place.name)
        ) { row in
            let encoded = row.buffer(9)
            return BaselineRow(
                state: try StateCoding.decode(encoded),
                encoded: Array(encoded),
                content: row.optionalInteger(8),
                fingerprint: row.fingerprint(0)
            )
        }
    }

    func putBaseline(
        _ place: ResourcePlace,
        _ state: [UInt8],
        _ content: Int64?,
        _ fingerprint: FileFingerprint?
    ) throws {
        try run(
            "REPLACE INTO baseline VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            .text(place.kind),
            .text(place.directory),
            .text(place.name),
            .integer(fingerprint.map { Int64(bitPattern: $0.device) }),
            .integer(fingerprint.map { Int64(bitPattern: $0.inode) }),
            .integer(fingerprint.map { Int64($0.mode) }),
            .integer(fingerprint.map { Int64($0.uid) }),
            .integer(fingerprint.map { Int64($0.gid) }),
            .integer(fingerprint?.size),
            .integer(fingerprint?.modified),
            .integer(fingerprint?.changed),
            .integer(content),
            .bytes(state)
        )
    }

    func removeBaseline(_ place: ResourcePlace) throws {
        try run(
            "DELETE FROM baseline WHERE kind = ? AND directory = ? AND name = ?",
            .text(place.kind),
            .text(place.directory),
            .text(place.name)
        )
    }
}

extension SQLRow {
    /// The fingerprint in eight columns from `column` on; `nil` where there is none.
    func fingerprint(_ column: Int32) -> FileFingerprint? {
        guard !isNull(column) else { return nil }
        return FileFingerprint(
            device: UInt64(bitPattern: integer(column)),
            inode: UInt64(bitPattern: integer(column + 1)),
            mode: UInt32(truncatingIfNeeded: integer(column + 2)),
            uid: UInt32(truncatingIfNeeded: integer(column + 3)),
            gid: UInt32(truncatingIfNeeded: integer(column + 4)),
            size: integer(column + 5),
            modified: integer(column + 6),
            changed: integer(column + 7)
        )
    }
}
