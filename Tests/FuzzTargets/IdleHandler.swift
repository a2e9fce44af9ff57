import FabricModel
import NodeControl

/// A daemon on which nothing happened.
struct IdleHandler: NodeControlHandler {
    private let nothing = NodeControlError(.unavailable, "nothing is recorded here")

    func status() throws(NodeControlError) -> NodeStatus { throw nothing }

    func diff(
        of selection: [ResourceSelection],
        deliver: (ResourceDiff) throws(NodeControlError) -> Void
    ) throws(NodeControlError) { throw nothing }

    func plan() throws(NodeControlError) -> NodePlan { throw nothing }

    func log(_ query: LogQuery) throws(NodeControlError) -> [LoggedChange] { [] }

    func commit(_ request: CommitRequest, by caller: ControlCaller) throws(NodeControlError) -> [MadeCommit] {
        []
    }

    func discard(
        _ request: DiscardRequest,
        by caller: ControlCaller
    ) throws(NodeControlError) -> DiscardResult {
        throw nothing
    }

    func content(_ digest: ContentDigest) throws(NodeControlError) -> [UInt8] { [] }

    func sync() throws(NodeControlError) -> SyncReport { throw nothing }

    func confirm() throws(NodeControlError) -> ConfirmAnswer { throw nothing }

    func barrier() throws(NodeControlError) {}

    func rescan() throws(NodeControlError) {}
}
