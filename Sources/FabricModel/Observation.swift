/// What `lstat` says of a path: when it is unchanged, so is the file, without reading it.
///
/// *Units*: times in nanoseconds since the epoch. *Source*: stat(2).
public struct FileFingerprint: Hashable, Codable, Sendable {
    /// The device that the file lies on.
    public var device: UInt64
    /// The number of its inode.
    public var inode: UInt64
    /// File type and permission bits, as in `st_mode`.
    public var mode: UInt32
    /// The number of its owner.
    public var uid: UInt32
    /// The number of its group.
    public var gid: UInt32
    /// Its length in bytes; of a symlink, that of the target.
    public var size: Int64
    /// When its content was last changed.
    public var modified: Int64
    /// When its content, owner, mode or links were last changed.
    public var changed: Int64

    /// A fingerprint from its parts.
    public init(
        device: UInt64,
        inode: UInt64,
        mode: UInt32,
        uid: UInt32,
        gid: UInt32,
        size: Int64,
        modified: Int64,
        changed: Int64
    ) {
        self.device = device
        self.inode = inode
        self.mode = mode
        self.uid = uid
        self.gid = gid
        self.size = size
        self.modified = modified
        self.changed = changed
    }
}

/// A resource as a component found it.
public struct Observation: Sendable {
    /// The resource that was looked at.
    public var key: ResourceKey
    /// What it was then.
    public var state: ResourceState
    /// Of a file that is there.
    public var fingerprint: FileFingerprint?
    /// The bytes of a regular file whose content is kept.
    public var content: [UInt8]?
    /// When it became so at the latest, as the file system tells; `nil` where it does not tell.
    ///
    /// *Units*: nanoseconds since the epoch.
    public var changed: Int64?

    /// An observation from its parts.
    public init(
        key: ResourceKey,
        state: ResourceState,
        fingerprint: FileFingerprint? = nil,
        content: [UInt8]? = nil,
        changed: Int64? = nil
    ) {
        self.key = key
        self.state = state
        self.fingerprint = fingerprint
        self.content = content
        self.changed = changed
    }
}
