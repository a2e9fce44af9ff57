import FabricModel
import Glibc

/// The room of a file system, as df(1) tells it.
///
/// *Source*: statvfs(3). *Units*: kB of 1024 bytes, upwards; percent, upwards.
struct FilesystemRoom: Sendable {
    var blocks: UInt64
    var freeBlocks: UInt64
    var availableBlocks: UInt64
    var blockSize: UInt64
    var inodes: UInt64
    var freeInodes: UInt64

    /// The room at a mount point; `nil` where it cannot be told.
    ///
    /// It may block for ever.
    static func at(_ point: String) -> FilesystemRoom? {
        var room = statvfs()
        guard statvfs(point, &room) == 0 else { return nil }
        return FilesystemRoom(
            blocks: UInt64(room.f_blocks),
            freeBlocks: UInt64(room.f_bfree),
            availableBlocks: UInt64(room.f_bavail),
            blockSize: UInt64(room.f_frsize > 0 ? room.f_frsize : room.f_bsize),
            inodes: UInt64(room.f_files),
            freeInodes: UInt64(room.f_ffree)
        )
    }

    /// The facts; none for a file system without room, which has none to tell of.
    var facts: [String: FactValue] {
        var facts: [String: FactValue] = [:]
        let used = blocks >= freeBlocks ? blocks - freeBlocks : 0
        if let percent = Self.percent(used, of: used &+ availableBlocks) {
            facts["kb_size"] = .text("\(kilobytes(blocks))")
            facts["kb_used"] = .text("\(kilobytes(used))")
            facts["kb_available"] = .text("\(kilobytes(availableBlocks))")
            facts["percent_used"] = .text(percent)
        }
        let usedInodes = inodes >= freeInodes ? inodes - freeInodes : 0
        if let percent = Self.percent(usedInodes, of: inodes) {
            facts["total_inodes"] = .text("\(inodes)")
            facts["inodes_used"] = .text("\(usedInodes)")
            facts["inodes_available"] = .text("\(freeInodes)")
            facts["inodes_percent_used"] = .text(percent)
        }
        return facts
    }

    private func kilobytes(_ blocks: UInt64) -> UInt64 {
        let (bytes, overflows) = blocks.multipliedReportingOverflow(by: blockSize)
        return overflows ? blocks / 1024 * blockSize : bytes / 1024 + (bytes % 1024 == 0 ? 0 : 1)
    }

    private static func percent(_ part: UInt64, of whole: UInt64) -> String? {
        guard whole > 0 else { return nil }
        let (hundredfold, overflows) = part.multipliedReportingOverflow(by: 100)
        let percent =
            overflows
            ? UInt64((Double(part) * 100 / Double(whole)).rounded(.up))
            : hundredfold / whole + (hundredfold % whole == 0 ? 0 : 1)
        return "\(percent)%"
    }
}
