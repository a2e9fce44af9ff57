import Components
import FabricModel
import FileWatching
import Glibc
import Journal
import LinuxSystem
import Logging
import NodeControl

/// What `weft` asks of the daemon on its own machine.
final class ControlHandler: NodeControlHandler {
    /// Seconds until a question that waits for everything before it gives up.
    private static let patience = Duration.seconds(45)
    /// How long an answer may be late to be true of now.
    private static let briefly = Duration.seconds(2)

    private let core: AgentCore
    private let recording: Recording
    private let committer: Committer
    private let uplink: Uplink?
    private let converger: Converger?

    init(
        core: AgentCore,
        recording: Recording,
        committer: Committer,
        uplink: Uplink?,
        converger: Converger?
    ) {
        self.core = core
        self.recording = recording
        self.committer = committer
        self.uplink = uplink
        self.converger = converger
    }

    func status() throws(NodeControlError) -> NodeStatus {
        let lag = catchUp()
        return try answering {
            let (open, openCount) = try openChanges(limit: NodeStatus.longestList)
            let held = try core.journal.heldResources(limit: NodeStatus.longestList).map(HeldResource.init)
            let plan = try converger?.plan()
            let failed = converger?.failed.count { !$0.isWaiting } ?? 0
            let outbox = try core.journal.outboxSummary()
            let resources = try core.journal.resourceCounts()
            let heldCount = try core.journal.heldResourceCount()
            return NodeStatus(
                id: core.identity.id,
                name: core.identity.name,
                state: state(isOpen: openCount > 0, hasFailed: failed > 0, held: held, plan),
                server: uplink?.contact.value ?? ServerConnection(state: .unconfigured),
                roots: recording.scope.roots.map { EscapedText.escape($0.path.bytes) },
                watchedDirectories: recording.watcher.watchedDirectories,
                resources: Dictionary(uniqueKeysWithValues: resources.map { ($0.key.rawValue, $0.value) }),
                openChanges: open,
                openChangeCount: openCount,
                unsentCommits: outbox.commits,
                oldestUnsent: outbox.oldest,
                heldResources: held,
                heldResourceCount: heldCount,
                plannedSteps: plan?.steps.count ?? 0,
                failedSteps: failed,
                warnings: try lag + currentWarnings + leftovers(),
                feedback: core.settings.feedback == .auto ? .auto : .manual,
                policy: policy,
                pid: getpid(),
                version: AgentVersion.text,
                since: core.startedAt
            )
        }
    }

    func diff(
        of selection: [ResourceSelection],
        deliver: (ResourceDiff) throws(NodeControlError) -> Void
    ) throws(NodeControlError) {
        _ = catchUp()
        var unseen = Set(selection)
        try forEachOpen(of: selection) { change throws(NodeControlError) in
            unseen = unseen.filter { !$0.contains(change.key) }
            let diff = try answering {
                ResourceDiff(
                    change: change,
                    before: try DiffContent(of: change.before) { try core.journal.content($0) },
                    after: try DiffContent(of: change.after) { try core.journal.content($0) }
                )
            }
            try deliver(diff)
        }
        // Nothing open where nothing is recorded would look like a clean bill.
        for selected in selection where unseen.contains(selected) {
            guard let reason = try answering({ try whyNotRecorded(selected) }) else { continue }
            throw NodeControlError(.unknownResource, reason, subject: "\(selected)")
        }
    }

    func plan() throws(NodeControlError) -> NodePlan {
        _ = catchUp()
        return try answering {
            let plan = try converger?.plan()
            let failures = converger?.failed ?? []
            let failed = Dictionary(failures.map { ($0.key, $0) }) { $1 }
            let steps =
                plan?.steps.map { PlannedStep($0, failure: failed[$0.key], converger?.obstacle(to: $0)) }
                ?? []
            let held = plan?.held.map(PlannedStep.init) ?? []
            let units = failures.filter { $0.wanted == nil }
                .map { PlannedStep(unit: $0.key, revision: $0.revision, failure: $0.message) }
            return NodePlan(policy: policy, isKnown: plan != nil, steps: steps + units + held)
        }
    }

    private var policy: NodeStatus.Policy { core.settings.policy == .apply ? .apply : .observe }

    func log(_ query: LogQuery) throws(NodeControlError) -> [LoggedChange] {
        try answering {
            let range: ResourceRange =
                query.selection.map { $0.key.map(ResourceRange.at) ?? .kind(.file) } ?? .all
            return try core.journal.log(range, before: query.before, limit: query.limit)
                .map(LoggedChange.init)
        }
    }

    func commit(_ request: CommitRequest, by caller: ControlCaller) throws(NodeControlError) -> [MadeCommit] {
        try barrier()
        let commits = try answering {
            try committer.commit(.manual, message: request.message, selection: request.selection)
        }
        guard !commits.isEmpty else {
            try checkRecording()
            let what = request.selection.map(\.description).joined(separator: " ")
            throw NodeControlError(
                .nothingToCommit,
                "nothing has changed since the last commit",
                subject: what.isEmpty ? nil : what
            )
        }
        return commits
    }

    func discard(
        _ request: DiscardRequest,
        by caller: ControlCaller
    ) throws(NodeControlError) -> DiscardResult {
        let key = request.key
        try barrier()
        var found: Change?
        try forEachOpen(of: [ResourceSelection(key)]) { change throws(NodeControlError) in
            if change.key == key { found = change }
        }
        guard let change = found else {
            throw NodeControlError(
                .unknownResource,
                "has not changed since the last commit",
                subject: "\(key)"
            )
        }
        if let expected = request.expected, !expected.matches(change.after) {
            throw NodeControlError(
                .changedMeanwhile,
                "it has changed once more since it was shown; look at 'weft diff' again",
                subject: "\(key)"
            )
        }
        let restoration = Restoration(journal: core.journal, components: core.components)
        try restoration.restore(change)
        core.log.notice("discarded a change", metadata: ["resource": "\(key)", "uid": "\(caller.uid)"])
        try barrier()
        return DiscardResult(key: key, discarded: change.after, restored: change.before)
    }

    func content(_ digest: ContentDigest) throws(NodeControlError) -> [UInt8] {
        guard digest.algorithm == .sha256 else {
            throw NodeControlError(
                .contentNotKept,
                "a secret is kept by its digest alone",
                subject: "\(digest)"
            )
        }
        guard let content = try answering({ try core.journal.content(digest) }) else {
            throw NodeControlError(.unknownContent, "no content has this digest", subject: "\(digest)")
        }
        return content
    }

    func sync() throws(NodeControlError) -> SyncReport {
        guard let uplink else {
            throw NodeControlError(.unavailable, "no server is configured; set 'server.url' in weftd.yaml")
        }
        let attempt = uplink.synchronizer.attempt()
        let outbox = try answering { try core.journal.outboxSummary() }
        return SyncReport(server: uplink.contact.value, sent: attempt.sent, unsent: outbox.commits)
    }

    func confirm() throws(NodeControlError) -> ConfirmAnswer {
        try answering { ConfirmAnswer(tags: try uplink?.listener.confirm() ?? []) }
    }

    func barrier() throws(NodeControlError) {
        try answering { try recording.barrier(timeout: Self.patience) }
    }

    /// Every degraded state of every part.
    private var currentWarnings: [HealthWarning] {
        let watching = recording.watcher.warnings.map { warning in
            HealthWarning(
                code: warning.code.rawValue,
                message: warning.message,
                subject: warning.subject.map { EscapedText.escape($0.bytes) }
            )
        }
        let listening = core.components.listening.flatMap(\.warnings)
        return core.warnings.all + watching + listening + core.journal.warnings
            + (core.packages?.warnings ?? []) + (converger?.warnings ?? [])
    }

    /// What package managers laid beside configuration files.
    private func leftovers() throws -> [HealthWarning] {
        try core.journal.files(endingIn: ConfigurationLeftover.nameEnds)
            .compactMap(ConfigurationLeftover.init)
            .map(\.warning)
    }

    /// The first open net changes by key, and how many there are.
    private func openChanges(limit: Int) throws -> (first: [OpenChange], count: Int) {
        var first: [OpenChange] = []
        var count = 0
        try committer.forEachPiece { recorded, changes in
            count += changes.count
            for change in changes.prefix(limit - first.count) {
                let since = recorded.first { $0.change.key == change.key }?.change.at
                first.append(OpenChange(change, since: since ?? change.at))
            }
        }
        return (first, count)
    }

    private func forEachOpen(
        of selection: [ResourceSelection],
        _ body: (Change) throws(NodeControlError) -> Void
    ) throws(NodeControlError) {
        try answering {
            try committer.forEachPiece(of: selection) { _, changes in
                for change in changes { try body(change) }
            }
        }
    }

    /// Why nothing of a selection is recorded; `nil` when something is.
    private func whyNotRecorded(_ selection: ResourceSelection) throws -> String? {
        guard let key = selection.key else { return nil }
        if try core.journal.baseline(key) != nil { return nil }
        guard let path = key.filePath else {
            return "is not installed, and was not when it was last recorded"
        }
        return try recording.scope.whyNotRecorded(path)
    }

    /// Waits a moment for what happened before the question, so that the answer is true of now; says so when it is not.
    private func catchUp() -> [HealthWarning] {
        do {
            try recording.barrier(timeout: Self.briefly)
            return []
        } catch {
            let message = "what happened in the last moments is still being recorded; ask again"
            return [HealthWarning(code: "catching-up", message: message)]
        }
    }

    func rescan() throws(NodeControlError) {
        recording.rescan()
        try barrier()
    }

    /// Refuses to say that nothing has changed while changes cannot be recorded.
    private func checkRecording() throws(NodeControlError) {
        guard let warning = core.warnings["journal-write"] else { return }
        throw NodeControlError(.unavailable, warning.message, subject: warning.subject)
    }

    private func state(
        isOpen: Bool,
        hasFailed: Bool,
        held: [HeldResource],
        _ plan: Plan?
    ) -> NodeStatus.State {
        if hasFailed { return .failed }
        if plan?.held.contains(where: { $0.reason == .conflicted }) ?? false { return .conflicted }
        if isOpen || held.contains(where: { $0.reason == .undecided || $0.reason == .unsent }) {
            return .pending
        }
        let isCaptured = core.warnings["journal-write"] == nil
        return isCaptured && held.isEmpty && plan?.steps.isEmpty ?? true ? .clean : .drifted
    }

    private func answering<Answer>(_ body: () throws -> Answer) throws(NodeControlError) -> Answer {
        do {
            return try body()
        } catch let error as NodeControlError {
            throw error
        } catch let error as JournalError {
            throw NodeControlError(.unavailable, error.message, subject: error.subject, cause: error.cause)
        } catch let error as WatchError {
            throw NodeControlError(.unavailable, "\(error)")
        } catch {
            core.log.error("a question failed", metadata: ["error": "\(error)"])
            throw NodeControlError(.internalError, "the daemon failed; its log says more", cause: "\(error)")
        }
    }
}

extension PlannedStep {
    fileprivate init(
        _ step: Plan.Step,
        failure: FailedStep?,
        _ obstacle: (fate: Fate, message: String)?
    ) {
        var commit: CommitID?
        if case .rollBack(let rollBack) = step.origin { commit = rollBack.rollBack.decision.commit }
        self.init(
            key: step.key,
            fate: failure.map { $0.isWaiting ? .undecided : .failed } ?? obstacle?.fate ?? .apply,
            revision: step.revision,
            commit: commit,
            current: step.current,
            wanted: step.wanted,
            message: failure?.message ?? obstacle?.message ?? Self.besides(step.flags)
        )
    }

    /// What is done besides.
    private static func besides(_ flags: EntryFlags) -> String? {
        let parts = [("restarts", flags.restart), ("reloads", flags.reload)].filter { !$1.isEmpty }
        return parts.isEmpty
            ? nil : parts.map { "\($0) \($1.joined(separator: " "))" }.joined(separator: ", ")
    }

    fileprivate init(_ held: Plan.Held) {
        let fate: Fate =
            switch held.reason {
            case .open: .open
            case .undecided: .undecided
            case .tolerated: .tolerated
            case .conflicted: .conflicted
            case .touching: .undecided
            }
        self.init(
            key: held.item.key,
            fate: fate,
            revision: held.item.reference,
            current: held.current,
            wanted: held.item.entry,
            message: held.reason == .touching
                ? "a file of this package has a change that nobody has decided" : nil
        )
    }
}

extension HeldResource {
    fileprivate init(_ held: HeldRecord) {
        let reason: Reason =
            switch held.decision?.outcome {
            case nil: held.isSent ? .undecided : .unsent
            case .rolledBack: .rollBack
            case .approved, .tolerated: .rejected
            }
        self.init(
            key: held.key,
            reason: reason,
            commit: held.commit,
            by: held.decision?.by,
            message: held.decision?.reason,
            since: held.decision?.at ?? held.since
        )
    }
}

extension LoggedChange {
    fileprivate init(_ entry: LogEntry) {
        let state: State
        switch entry.state {
        case .open: state = .open
        case .settled: state = .settled
        case .committed: state = .committed
        case .sent: state = .queued
        case .decided(.approved): state = .approved
        case .decided(.tolerated): state = .rejected
        case .decided(.rolledBack):
            switch entry.rollBack {
            case nil, .failed: state = .rollBack
            case .done: state = .rolledBack
            case .skipped: state = .rejected
            }
        }
        self.init(
            sequence: entry.recorded.sequence,
            change: entry.recorded.change,
            state: state,
            commit: entry.commit,
            message: entry.message,
            by: entry.by,
            reason: entry.reason,
            obstacle: entry.obstacle
        )
    }
}
