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
final class Synchronizer: Sendable {
    /// Changes that share an upload, so that a body stays far below the server's limit.
    private static let changesPerUpload = 5_000

    private let journal: Journal
    private let registration: Registration
    private let time: any WallTime
    private let warnings: WarningBoard
    private let log: Logger
    private let onContact: @Sendable () -> Void
    private let wakeup: Wakeup
    private let stopped = Atomic(false)
    private let connection: Mutex<ServerConnection>
    // One attempt at a time, whether the loop makes it or `weft` asks for it.
    private let turn = Mutex(())

    init(
        journal: Journal,
        registration: Registration,
        time: any WallTime,
        warnings: WarningBoard,
        log: Logger,
        onContact: @escaping @Sendable () -> Void
    ) throws {
        self.journal = journal
        self.registration = registration
        self.time = time
        self.warnings = warnings
        self.log = log
        self.onContact = onContact
        connection = Mutex(ServerConnection(state: .connecting, address: registration.address))
        wakeup = try Wakeup()
    }

    /// How the server was reached last.
    var server: ServerConnection { connection.withLock(\.self) }

    /// There is something to send.
    func notify() {
        wakeup.signal()
    }

    /// Sends whenever there is something to send, until ``stop()``.
    func run() {
        var backoff = Backoff()
        var generator = SystemRandomNumberGenerator()
        while !stopped.load(ordering: .acquiring) {
            if let error = attempt().error {
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
                    changeLimit: Self.changesPerUpload
                ), !commits.isEmpty {
                    try send(commits, with: client)
                    sent += commits.count
                }
                if sent == 0 { try client.health() }
                succeeded()
                return (sent, nil)
            } catch let error as ClientError {
                failed(error)
                return (sent, error)
            } catch {
                warnings.raise("sync", "commits cannot be sent: \(error)")
                return (sent, ClientError(.transport, "journal", "\(error)"))
            }
        }
    }

    private func send(_ commits: [FeedbackCommit], with client: FabricClient) throws {
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
        let refused = Set(commits.map(\.id)).subtracting(accepted)
        guard refused.isEmpty else {
            throw ClientError(
                .unexpectedAnswer,
                registration.address,
                "the server did not accept all commits it was sent"
            )
        }
    }

    private func succeeded() {
        warnings.clear("sync")
        if server.state != .connected { onContact() }
        connection.withLock { connection in
            connection = ServerConnection(
                state: .connected,
                address: connection.address,
                lastContact: time.now()
            )
        }
    }

    private func failed(_ error: ClientError) {
        guard error.code != .cancelled else { return }
        let isRefusal = error.code == .refused
        if isRefusal { warnings.raise("sync", "the server refuses this node: \(error)") }
        log.info("server not reached", metadata: ["error": "\(error)"])
        connection.withLock { connection in
            connection.state = isRefusal ? .refused : .unreachable
            connection.lastError = "\(error)"
            if isRefusal { connection.lastContact = time.now() }
        }
    }
}
