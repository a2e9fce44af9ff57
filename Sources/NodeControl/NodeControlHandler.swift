public import FabricModel

/// Who called, as the kernel says of the socket's other end.
///
/// *Source*: `SO_PEERCRED` in unix(7), taken when the caller connected.
public struct ControlCaller: Hashable, Sendable {
    /// The process that connected.
    public var pid: Int32
    /// Its effective user.
    public var uid: UInt32
    /// Its effective group.
    public var gid: UInt32

    /// A caller from its parts.
    public init(pid: Int32, uid: UInt32, gid: UInt32) {
        self.pid = pid
        self.uid = uid
        self.gid = gid
    }
}

/// The daemon behind a ``NodeControlServer``: what the methods of `io.weft.Node` do.
///
/// The server has checked the caller's permission and the parameters. Calls come on threads of their own, several at
/// once, and may block; each should end in time by itself, since a caller that went away does not interrupt it.
public protocol NodeControlHandler: Sendable {
    /// Where the node stands.
    func status() throws(NodeControlError) -> NodeStatus

    /// Gives the open net changes with both contents, by key, one after the other.
    ///
    /// - Parameters:
    ///   - selection: Only these; empty for all.
    ///   - deliver: Sends one. What it throws ends the call and is to be passed on.
    /// - Throws: What `deliver` throws, `unavailable`.
    func diff(
        of selection: [ResourceSelection],
        deliver: (ResourceDiff) throws(NodeControlError) -> Void
    ) throws(NodeControlError)

    /// What convergence would do to the node now.
    func plan() throws(NodeControlError) -> NodePlan

    /// Recorded changes, newest first.
    func log(_ query: LogQuery) throws(NodeControlError) -> [LoggedChange]

    /// Puts open changes into feedback commits.
    ///
    /// - Throws: `nothingToCommit`.
    func commit(_ request: CommitRequest, by caller: ControlCaller) throws(NodeControlError) -> [MadeCommit]

    /// Puts the state of the last commit or the baseline back.
    ///
    /// - Throws: `unknownResource`, `cannotDiscard`, `contentNotKept`, `changedMeanwhile`.
    func discard(
        _ request: DiscardRequest,
        by caller: ControlCaller
    ) throws(NodeControlError) -> DiscardResult

    /// The bytes of a kept content.
    ///
    /// - Throws: `unknownContent`, `contentNotKept`.
    func content(_ digest: ContentDigest) throws(NodeControlError) -> [UInt8]

    /// Tries the server now, and returns when that has succeeded or failed.
    func sync() throws(NodeControlError) -> SyncReport

    /// Follows tags that went back at the server, and says which.
    func confirm() throws(NodeControlError) -> ConfirmAnswer

    /// Returns when everything that happened before the call is journaled.
    func barrier() throws(NodeControlError)

    /// Compares everything with the record, as after lost events, and returns when what differed is journaled.
    func rescan() throws(NodeControlError)
}
