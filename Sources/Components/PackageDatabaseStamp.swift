internal import LinuxSystem
internal import SystemPackage

/// What the files of a package database looked like at one moment.
public struct PackageDatabaseStamp: Hashable, Sendable {
    private struct Mark: Hashable {
        var device: UInt64
        var inode: UInt64
        var size: Int64
        var modified: Int64
    }

    // More than the tick of the clock with which the kernel stamps files.
    private static let grain: Int64 = 20_000_000

    /// When one of the files was last written.
    ///
    /// *Units*: nanoseconds since the epoch.
    public private(set) var lastWrite: Int64?

    private var marks: [Mark?] = []
    // A file that was written a moment ago may be written again without a trace, so such a stamp equals no other.
    private var unsettled: Int64?

    /// Stats the files; a missing one counts as well.
    ///
    /// The time of the last status change is left out, since SQLite gives a log its owner anew whenever it opens it.
    init(of files: [FilePath]) throws(SystemError) {
        let now = WallClock.nanoseconds()
        for file in files {
            guard let status = try FileStatus.at(file) else {
                marks.append(nil)
                continue
            }
            marks.append(
                Mark(
                    device: status.device,
                    inode: status.inode,
                    size: status.size,
                    modified: status.modified
                )
            )
            // SQLite makes an empty log when a database is opened for reading.
            if status.size > 0 { lastWrite = max(lastWrite ?? .min, status.modified) }
            if abs(now - status.modified) <= Self.grain { unsettled = now }
        }
    }
}
