import FabricAPI
import FabricClient
import FabricModel
import Journal
import LinuxSystem
import Logging
import NodeControl
import Synchronization

/// Waits at the server for what reviewers decide, and keeps it: `weft status` tells it without the server; and for what
/// this node should be, and to forget.
final class DecisionListener: Sendable {
    /// How long one request waits; a connection that a firewall forgot is noticed by then.
    private static let wait = Duration.seconds(120)

    private let journal: Journal
    private let registration: Registration
    private let contact: ServerContact
    private let store: KnownStore
    private let redactions: Redactions
    private let warnings: WarningBoard
    private let log: Logger
    private let onConfiguration: @Sendable (NodeConfiguration) -> Void
    private let wakeup: Wakeup
    private let stopped = Atomic(false)
    private let waiting = Mutex<FabricClient?>(nil)

    init(
        journal: Journal,
        registration: Registration,
        contact: ServerContact,
        store: KnownStore,
        redactions: Redactions,
        warnings: WarningBoard,
        log: Logger,
        onConfiguration: @escaping @Sendable (NodeConfiguration) -> Void
    ) throws {
        self.journal = journal
        self.registration = registration
        self.contact = contact
        self.store = store
        self.redactions = redactions
        self.warnings = warnings
        self.log = log
        self.onConfiguration = onConfiguration
        wakeup = try Wakeup()
    }

    /// Works until ``stop()``.
    func run() {
        var backoff = Backoff(base: 2)
        var generator = SystemRandomNumberGenerator()
        var known: NodeConfiguration?
        // After a failure the first answer has to come at once: it tells that the server is there again.
        var waits = false
        while !stopped.load(ordering: .acquiring) {
            var pause = 0.0
            do {
                if let client = try client() {
                    known = try listen(with: client, since: known, wait: waits ? Self.wait : nil)
                    try redactions.ask(client, of: registration.identity.id)
                    waits = true
                    contact.succeeded()
                    backoff.reset()
                } else {
                    pause = 5
                }
            } catch let error as ClientError {
                log.debug("no decisions", metadata: ["error": "\(error)"])
                contact.failed(error)
                registration.note(error)
                waits = false
                pause = backoff.next(retryAfter: error.retryAfter.map(Double.init), using: &generator)
            } catch {
                warnings.raise("decisions", "decisions of reviewers cannot be kept: \(error)")
                pause = backoff.next(using: &generator)
            }
            guard pause > 0 else { continue }
            _ = wakeup.wait(timeout: .seconds(pause))
            _ = wakeup.clear()
        }
    }

    /// Ends ``run()``, and the request that waits.
    func stop() {
        stopped.store(true, ordering: .releasing)
        waiting.withLock(\.self)?.cancel()
        wakeup.signal()
    }

    /// The node was registered or has reached the server: listen now.
    func notify() {
        wakeup.signal()
    }

    /// Follows tags that went back at the server, and says which.
    func confirm() throws -> [StepBack] {
        guard let confirmed = try store.confirm() else { return [] }
        onConfiguration(confirmed.configuration)
        return confirmed.back
    }

    private func client() throws -> FabricClient? {
        // Until the node is let in again it has nothing to ask.
        guard registration.isEnrolled else { return nil }
        if let client = waiting.withLock(\.self) { return client }
        let client = try registration.waitingClient()
        waiting.withLock { $0 = client }
        if stopped.load(ordering: .acquiring) { client?.cancel() }
        return client
    }

    private func listen(
        with client: FabricClient,
        since known: NodeConfiguration?,
        wait: Duration?
    ) throws -> NodeConfiguration? {
        guard let answer = try ask(client, since: known, wait: wait) else { return known }
        if let source = answer.source {
            let isMet = try store.meet(source) { try client.handshake($0, of: registration.identity.id) }
            guard isMet else { return known }
        }
        let last = try journal.lastDecision()
        if answer.lastDecision > last {
            let decisions = try client.decisions(of: registration.identity.id, after: last)
            try journal.recordDecisions(decisions.map(RecordedDecision.init))
            log.info("decisions arrived", metadata: ["decisions": "\(decisions.count)"])
        }
        warnings.clear("decisions")
        warn(of: answer.configuration.unknown)
        if try store.admits(answer) { onConfiguration(answer) }
        return answer
    }

    /// Shows that entries are left out which only a newer version of this program knows.
    private func warn(of unknown: [UnknownItem]) {
        guard let first = unknown.first else {
            warnings.clear("unknown-kinds")
            return
        }
        let what = unknown.count == 1 ? "1 entry" : "\(unknown.count) entries"
        warnings.raise(
            "unknown-kinds",
            "the tags of this node have \(what) of kinds that this version does not know, such as "
                + "\(EscapedText.normalize(first.key)); update weft to have them applied"
        )
    }

    /// What this node should be; `nil` when it is what is known.
    private func ask(
        _ client: FabricClient,
        since known: NodeConfiguration?,
        wait: Duration?
    ) throws -> NodeConfiguration? {
        let node = registration.identity.id
        switch try client.configuration(of: node, since: known?.etag, wait: wait) {
        case nil: return nil
        case .whole(let configuration): return configuration
        case .changes(let changes):
            if let configuration = known?.applying(changes) { return configuration }
            log.notice("the changes of the configuration do not fit, so all of it is asked for")
            guard case .whole(let configuration) = try client.configuration(of: node) else {
                throw ClientError(
                    .unexpectedAnswer,
                    registration.address,
                    "the server tells what changed where it was asked for the whole configuration; check that both "
                        + "ends are of the same version"
                )
            }
            return configuration
        }
    }
}

extension RecordedDecision {
    fileprivate init(_ decision: Decision) {
        self.init(
            sequence: decision.sequence,
            commit: decision.commit,
            key: decision.key,
            outcome: RecordedDecision.Outcome(decision.outcome),
            revision: decision.revision,
            by: decision.by,
            reason: decision.reason,
            at: decision.at
        )
    }
}

extension RecordedDecision.Outcome {
    fileprivate init(_ outcome: Decision.Outcome) {
        switch outcome {
        case .approved: self = .approved
        case .tolerated: self = .tolerated
        case .rolledBack: self = .rolledBack
        }
    }
}
