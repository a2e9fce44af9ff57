import FabricModel
import Synchronization

@testable import NodeControl

/// Answers what the test put in, and notes what it was asked.
final class ScriptedHandler: NodeControlHandler {
    enum Call: Hashable, Sendable {
        case status
        case diff([ResourceSelection])
        case log(LogQuery)
        case commit(CommitRequest, ControlCaller)
        case plan
        case discard(DiscardRequest, ControlCaller)
        case content(ContentDigest)
        case sync
        case barrier
        case confirm
        case rescan
    }

    private let noted = Mutex<[Call]>([])
    private let failure: NodeControlError?
    private let diffs: [ResourceDiff]
    private let failureAfterDiffs: NodeControlError?
    private let contents: [UInt8]
    private let onStatus: @Sendable () -> Void

    init(
        failing failure: NodeControlError? = nil,
        diffs: [ResourceDiff] = Samples.diffs,
        failingAfterDiffs failureAfterDiffs: NodeControlError? = nil,
        contents: [UInt8] = Array("Port 2222\n".utf8),
        onStatus: @escaping @Sendable () -> Void = {}
    ) {
        self.failure = failure
        self.diffs = diffs
        self.failureAfterDiffs = failureAfterDiffs
        self.contents = contents
        self.onStatus = onStatus
    }

    /// What it was asked, in order.
    var calls: [Call] { noted.withLock { $0 } }

    private func note(_ call: Call) throws(NodeControlError) {
        noted.withLock { $0.append(call) }
        if let failure { throw failure }
    }

    func status() throws(NodeControlError) -> NodeStatus {
        try note(.status)
        onStatus()
        return Samples.status
    }

    func diff(
        of selection: [ResourceSelection],
        deliver: (ResourceDiff) throws(NodeControlError) -> Void
    ) throws(NodeControlError) {
        try note(.diff(selection))
        for diff in diffs { try deliver(diff) }
        if let failureAfterDiffs { throw failureAfterDiffs }
    }

    func plan() throws(NodeControlError) -> NodePlan {
        try note(.plan)
        return Samples.plan
    }

    func log(_ query: LogQuery) throws(NodeControlError) -> [LoggedChange] {
        try note(.log(query))
        return Samples.log
    }

    func commit(_ request: CommitRequest, by caller: ControlCaller) throws(NodeControlError) -> [MadeCommit] {
        try note(.commit(request, caller))
        return [MadeCommit(id: Samples.commit, changes: 4, message: request.message ?? "edit sshd_config")]
    }

    func discard(
        _ request: DiscardRequest,
        by caller: ControlCaller
    ) throws(NodeControlError) -> DiscardResult {
        try note(.discard(request, caller))
        return Samples.discarded
    }

    func content(_ digest: ContentDigest) throws(NodeControlError) -> [UInt8] {
        try note(.content(digest))
        return contents
    }

    func sync() throws(NodeControlError) -> SyncReport {
        try note(.sync)
        return SyncReport(server: Samples.status.server, sent: 3, unsent: 2)
    }

    func confirm() throws(NodeControlError) -> ConfirmAnswer {
        try note(.confirm)
        return Samples.confirmed
    }

    func barrier() throws(NodeControlError) {
        try note(.barrier)
    }

    func rescan() throws(NodeControlError) {
        try note(.rescan)
    }
}
