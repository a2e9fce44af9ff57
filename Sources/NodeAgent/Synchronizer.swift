import FabricAPI
import FabricClient
import FabricModel
import Journal
import LinuxSystem
import Logging
import NodeControl
import Synchronization

/// Brings feedback commits to the server: contents first, then the commits in order, and nothing is forgotten before the
/// server has said that it is durable there.
///
/// Behind them goes how far the node has converged.
final class Synchronizer: Sendable {
    /// Changes that share an upload, so that a body stays far below the server's limit.
    private static let changesPerUpload = 5_000

    private let journal: Journal
    private let registration: Registration
    private let time: any WallTime
    private let contact: ServerContact
    private let told: ConvergenceTold
    private let refused: RefusedCommits
    private let warnings: WarningBoard
    private let log: Logger
    private let onContact: @Sendable () -> Void
    private let wakeup: Wakeup
    private let stopped = Atomic(false)
    // One attempt at a time, whether the loop makes it or `weft` asks for it.
    private let turn = Mutex(())

    init(
        journal: Journal,
        registration: Registration,
        contact: ServerContact,
        told: ConvergenceTold,
        time: any WallTime,
        warnings: WarningBoard,
        log: Logger,
        onContact: @escaping @Sendable () -> Void
    ) {
        self.journal = journal
        self.registration = registration
        self.contact = contact
        self.told = told
        refused = RefusedCommits(warnings: warnings)
        self.time = time
        self.warnings = warnings
        self.log = log
        self.onContact = onContact
        wakeup = registration.attention
    }

    /// There is something to send.
    func notify() {
        wakeup.signal()
    }

    /// Sends whenever there is something to send, until ``stop()``.
    func run() {
        var backoff = Backoff()
        var generator = SystemRandomNumberGenerator()
        while !stopped.load(ordering: .acquiring) {
            let error = attempt().error
            if let error, error.code == .notAccepted {
                backoff.reset()
                sitOut(error.retryAfter.map(Double.init) ?? 1)
            } else if let error {
                sitOut(backoff.next(retryAfter: error.retryAfter.map(Double.init), using: &generator))
            } else {
                backoff.reset()
                _ = wakeup.wait(timeout: .seconds(3600))
            }
        }
    }

    /// Waits so many seconds, or for ``stop()``: a server in trouble is left alone, however many commits come meanwhile.
    private func sitOut(_ seconds: Double) {
        let end = MonotonicClock.nanoseconds() + Int64(seconds * 1e9)
        while !stopped.load(ordering: .acquiring), case let left = end - MonotonicClock.nanoseconds(),
            left > 0
        {
            _ = wakeup.wait(timeout: .nanoseconds(left))
        }
    }

    /// Ends ``run()``, and a request that is under way.
    func stop() {
        stopped.store(true, ordering: .releasing)
        registration.cancel()
        wakeup.signal()
    }

    /// Tries the server now.
    func attempt() -> (sent: Int, error: ClientError?) {
        turn.withLock { _ in
            var sent = 0
            do {
                let client = try registration.client()
                while case let commits = try journal.outbox(
                    limit: APILimits.commitsPerUpload,
                    changeLimit: Self.changesPerUpload,
                    except: refused.waiting
                ), !commits.isEmpty {
                    sent += try send(commits, with: client)
                }
                if sent == 0 { try client.health() }
                try told.tell { (report) throws(ClientError) in
                    try client.report(report, of: registration.identity.id)
                }
                warnings.clear("sync")
                if contact.succeeded() { onContact() }
                return (sent, nil)
            } catch let error as ClientError {
                log.info("server not reached", metadata: ["error": "\(error)"])
                registration.note(error)
                contact.failed(error)
                return (sent, error)
            } catch {
                warnings.raise("sync", "commits cannot be sent: \(error)")
                return (sent, ClientError(.transport, "journal", "\(error)"))
            }
        }
    }

    /// Sends commits, those apart that the server does not take; how many it took.
    private func send(_ commits: [FeedbackCommit], with client: FabricClient) throws -> Int {
        do {
            try upload(commits, with: client)
            refused.remove(commits.map(\.id))
            return commits.count
        } catch let error as ClientError where RefusedCommits.explains(error) {
            // A server that is told of several at once does not say which of them it means.
            guard commits.count == 1 else {
                return try commits.reduce(0) { try $0 + send([$1], with: client) }
            }
            log.error(
                "the server refuses a commit",
                metadata: ["id": "\(commits[0].id)", "error": "\(error)"]
            )
            refused.add(commits[0], error)
            return 0
        }
    }

    private func upload(_ commits: [FeedbackCommit], with client: FabricClient) throws {
        let node = registration.identity.id
        let digests = commits.reduce(into: Set()) { $0.formUnion($1.contentDigests) }.sorted()
        for start in stride(from: 0, to: digests.count, by: APILimits.digestsPerInquiry) {
            let part = Array(digests[start..<min(start + APILimits.digestsPerInquiry, digests.count)])
            for digest in try client.missingContents(of: node, among: part) {
                guard let content = try journal.content(digest) else {
                    throw ClientError(
                        .invalidRequest,
                        "\(digest)",
                        "the content is not in the journal any more"
                    )
                }
                try client.upload(content, digest: digest, of: node)
            }
        }
        let accepted = try client.upload(commits, of: node)
        try journal.acknowledge(accepted, at: time.now())
        log.info("sent feedback commits", metadata: ["commits": "\(accepted.count)"])
        guard Set(commits.map(\.id)).isSubset(of: accepted) else {
            throw ClientError(
                .unexpectedAnswer,
                registration.address,
                "the server did not accept all commits it was sent"
            )
        }
    }
}
