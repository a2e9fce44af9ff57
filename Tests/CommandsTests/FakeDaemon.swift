import FabricModel
import NodeControl

/// A daemon that answers with what it was made with.
struct FakeDaemon: NodeControlHandler {
    var nodeStatus: NodeStatus?
    var diffs: [ResourceDiff] = []
    var changes: [LoggedChange] = []
    var nodePlan = NodePlan(policy: .observe, isKnown: true, steps: [])
    var confirmed = ConfirmAnswer(tags: [])
    var failure: NodeControlError?

    func status() throws(NodeControlError) -> NodeStatus {
        guard let nodeStatus else { throw failure ?? NodeControlError(.unavailable, "no status") }
        return nodeStatus
    }

    func diff(
        of selection: [ResourceSelection],
        deliver: (ResourceDiff) throws(NodeControlError) -> Void
    ) throws(NodeControlError) {
        if let failure { throw failure }
        for diff in diffs where selection.isEmpty || selection.contains(diff.change.key) { try deliver(diff) }
    }

    func plan() throws(NodeControlError) -> NodePlan {
        if let failure { throw failure }
        return nodePlan
    }

    func log(_ query: LogQuery) throws(NodeControlError) -> [LoggedChange] {
        if let failure { throw failure }
        return Array(changes.filter { query.selection?.contains($0.key) ?? true }.prefix(query.limit))
    }

    func commit(_ request: CommitRequest, by caller: ControlCaller) throws(NodeControlError) -> [MadeCommit] {
        if let failure { throw failure }
        let chosen = diffs.filter { request.selection.isEmpty || request.selection.contains($0.change.key) }
        guard !chosen.isEmpty else { throw NodeControlError(.nothingToCommit, "nothing is open") }
        let message = request.message ?? CommitMessage.describe(chosen.map(\.change))
        return [MadeCommit(id: Fixture.commitID, changes: chosen.count, message: message)]
    }

    func discard(
        _ request: DiscardRequest,
        by caller: ControlCaller
    ) throws(NodeControlError) -> DiscardResult {
        if let failure { throw failure }
        let key = request.key
        guard let change = diffs.first(where: { $0.change.key == key })?.change else {
            throw NodeControlError(.unknownResource, "it has no open change", subject: key.description)
        }
        guard request.expected == change.after else {
            throw NodeControlError(.changedMeanwhile, "it was not shown like that", subject: key.description)
        }
        return DiscardResult(key: key, discarded: change.after, restored: change.before)
    }

    func content(_ digest: ContentDigest) throws(NodeControlError) -> [UInt8] {
        throw NodeControlError(.unknownContent, "no such content", subject: digest.text)
    }

    func sync() throws(NodeControlError) -> SyncReport {
        SyncReport(server: ServerConnection(state: .unconfigured), sent: 0, unsent: 0)
    }

    func barrier() throws(NodeControlError) {}

    func confirm() throws(NodeControlError) -> ConfirmAnswer {
        if let failure { throw failure }
        return confirmed
    }

    func rescan() throws(NodeControlError) {}
}
