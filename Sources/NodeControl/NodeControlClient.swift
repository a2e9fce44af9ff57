public import FabricModel
import FoundationEssentials
public import SystemPackage

/// Calls the daemon of this machine.
///
/// Each call has a connection of its own, blocks, and ends within a time limit.
public struct NodeControlClient: Sendable {
    /// Where the daemon of a machine listens.
    public static let usualPath: FilePath = "/run/weft/weftd.sock"

    private let connector: ControlConnector

    /// A client of the daemon that listens at `path`.
    ///
    /// - Parameters:
    ///   - path: The daemon's socket.
    ///   - patience: How long to wait for an answer; ``sync()`` takes three times as long.
    public init(path: FilePath = NodeControlClient.usualPath, patience: Duration = .seconds(60)) {
        connector = ControlConnector(path: path, patience: patience)
    }

    /// Where the node stands.
    ///
    /// - Throws: `NodeControlError`.
    public func status() throws(NodeControlError) -> NodeStatus {
        try call(.getStatus, NoParameters())
    }

    /// Open net changes with both contents, by key.
    ///
    /// - Parameter selection: Only these; empty for all.
    /// - Returns: All of them.
    /// - Throws: `NodeControlError`.
    public func diff(of selection: [ResourceSelection] = []) throws(NodeControlError) -> [ResourceDiff] {
        var diffs: [ResourceDiff] = []
        try diff(of: selection) { diffs.append($0) }
        return diffs
    }

    /// Open net changes with both contents, by key, each given to `body` as it comes.
    ///
    /// - Parameters:
    ///   - selection: Only these; empty for all.
    ///   - body: Takes one.
    /// - Throws: `NodeControlError`.
    public func diff(
        of selection: [ResourceSelection] = [],
        _ body: (ResourceDiff) -> Void
    ) throws(NodeControlError) {
        let parameters = DiffParameters(paths: selection)
        var connection = try connector.connect()
        try connection.send(ControlMethod.getDiff.fullName, parameters, more: true)
        var continues = true
        while continues {
            let answer: DiffAnswer
            (answer, continues) = try connection.receive(within: connector.patience)
            for diff in answer.diffs { body(diff) }
        }
    }

    /// What convergence would do to the node now; nothing is touched.
    ///
    /// - Throws: `NodeControlError`.
    public func plan() throws(NodeControlError) -> NodePlan {
        try call(.getPlan, NoParameters())
    }

    /// Recorded changes, newest first.
    ///
    /// - Throws: `NodeControlError`.
    public func log(_ query: LogQuery = LogQuery()) throws(NodeControlError) -> [LoggedChange] {
        let answer: LogAnswer = try call(.getLog, LogParameters(query))
        return answer.changes
    }

    /// Puts open changes into feedback commits.
    ///
    /// - Throws: `NodeControlError`, `nothingToCommit` among them.
    public func commit(_ request: CommitRequest = CommitRequest()) throws(NodeControlError) -> [MadeCommit] {
        let answer: CommitAnswer = try call(.commit, CommitParameters(request))
        return answer.commits
    }

    /// Puts the state of the last commit or the baseline back.
    ///
    /// - Throws: `NodeControlError`; `contentNotKept`, `cannotDiscard`, `changedMeanwhile` or `unknownResource` among
    ///   them.
    public func discard(_ request: DiscardRequest) throws(NodeControlError) -> DiscardResult {
        try call(.discard, DiscardParameters(request))
    }

    /// The bytes of a kept content.
    ///
    /// - Throws: `NodeControlError`; `unknownContent` or `contentNotKept` among them.
    public func content(_ digest: ContentDigest) throws(NodeControlError) -> [UInt8] {
        let answer: ContentAnswer = try call(.getContent, ContentParameters(digest: digest))
        return Array(answer.content)
    }

    /// Has the daemon try its server now.
    ///
    /// - Throws: `NodeControlError`; a server that cannot be reached is in the report.
    public func sync() throws(NodeControlError) -> SyncReport {
        try call(.sync, NoParameters(), patience: connector.patience * 3)
    }

    /// Lets the node follow tags that went back at the server, and says which.
    ///
    /// - Throws: `NodeControlError`.
    public func confirm() throws(NodeControlError) -> ConfirmAnswer {
        try call(.confirm, NoParameters())
    }

    /// Returns when everything that happened before the call is journaled.
    ///
    /// - Throws: `NodeControlError`.
    public func barrier() throws(NodeControlError) {
        let _: NoAnswer = try call(.barrier, NoParameters())
    }

    /// Has the daemon compare everything with the record, and returns when what differed is journaled.
    ///
    /// - Throws: `NodeControlError`.
    public func rescan() throws(NodeControlError) {
        let _: NoAnswer = try call(.rescan, NoParameters(), patience: connector.patience * 3)
    }

    private func call<Answer: Decodable>(
        _ method: ControlMethod,
        _ parameters: some CallParameters,
        patience: Duration? = nil
    ) throws(NodeControlError) -> Answer {
        var connection = try connector.connect()
        try connection.send(method.fullName, parameters)
        let (answer, _): (Answer, Bool) = try connection.receive(within: patience ?? connector.patience)
        return answer
    }
}
