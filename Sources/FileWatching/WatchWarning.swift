public import SystemPackage

/// A way in which watching is degraded at present; it goes away by itself when that is over.
public struct WatchWarning: Hashable, Sendable {
    /// What is degraded; the raw value is stable.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The kernel allows no more watches; what is not watched is compared at intervals.
        case watchLimit = "watch-limit"
        /// The kernel dropped events; everything is being compared with the record.
        case queueOverflow = "queue-overflow"
        /// More hints were waiting than are kept; everything is being compared with the record.
        case hintBacklog = "hint-backlog"
        /// Changes made elsewhere are not seen at once; the file system is compared at intervals.
        case remoteFileSystem = "remote-filesystem"
        /// The directory cannot be watched; it is compared at intervals.
        case unwatchable
        /// A kernel view such as /proc lies in a watched tree and is left out.
        case kernelView = "kernel-filesystem"
        /// Mounts and unmounts are not noticed.
        case mountTable = "mount-table"
        /// The watcher ended by itself.
        case stopped
    }

    /// What is degraded.
    public let code: Code
    /// What it means and how to mend it.
    public let message: String
    /// The path that it is about; the first of several.
    public let subject: FilePath?
}
