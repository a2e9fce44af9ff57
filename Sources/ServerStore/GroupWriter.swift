internal import Dispatch
internal import FabricAPI
internal import GRDB
internal import Synchronization

/// The one writer: commits groups of requests in one transaction, and none undoes another.
///
/// Requests that come while a transaction is on its way to the disk make up the next one, so the cost of making them
/// durable is shared under load and nobody waits when there is none. All of it runs on GRDB's writer queue.
final class GroupWriter: Sendable {
    /// A request: `run` gives what is to be done once its work is durable.
    private struct Request: Sendable {
        var run: @Sendable (Database) throws -> @Sendable () -> Void
        var fail: @Sendable (any Error) -> Void
    }

    /// A group that is durable.
    private struct Outcome {
        /// What is now to be done for each request.
        var completions: [@Sendable () -> Void]
        /// How long it took to write the group to the disk.
        var flush: Duration
    }

    private struct Waiting {
        var requests: [Request] = []
        var isDraining = false
        /// So many make the drain go on at once while it waits for company.
        var wanted = Int.max
        var isClosed = false
    }

    /// So that the first of a flood does not wait for the last.
    private static let largestGroup = 128
    /// The longest wait for company.
    private static let patience = Duration.milliseconds(5)

    private let pool: DatabasePool
    private let waiting = Mutex(Waiting())
    private let company = DispatchSemaphore(value: 0)
    private let newestGeneration: Mutex<Int64>

    /// A writer on a pool that is used for writing by nobody else.
    init(pool: DatabasePool) throws {
        self.pool = pool
        newestGeneration = Mutex(try pool.read(Generation.read))
    }

    /// The generation of the last commit; known here before anyone is told of that commit.
    var generation: Int64 { newestGeneration.withLock { $0 } }

    /// Whether requests are refused for good.
    var isClosed: Bool { waiting.withLock { $0.isClosed } }

    /// Runs `body` in a transaction and returns when it is durable; what throws has stored nothing.
    ///
    /// `body` may run more than once: when a transaction fails as a whole, its requests are tried one by one.
    func perform<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        // The writer's queue is no part of the task.
        let address = RequestOrigin.address
        return try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<Value, any Error>) in
            let request = Request(
                run: { db in
                    let value =
                        try address == nil
                        ? body(db) : RequestOrigin.$address.withValue(address) { try body(db) }
                    return { continuation.resume(returning: value) }
                },
                fail: { continuation.resume(throwing: $0) }
            )
            if !submit(request) { continuation.resume(throwing: Self.closed) }
        }
    }

    /// Runs `body` with the next transaction without waiting for it; `failed` hears when nothing came of it.
    func note(
        _ body: @escaping @Sendable (Database) throws -> Void,
        failed: @escaping @Sendable (any Error) -> Void
    ) {
        let request = Request(
            run: { db in
                try body(db)
                return {}
            },
            fail: failed
        )
        if !submit(request) { failed(Self.closed) }
    }

    /// Takes no more requests and returns when those that wait are done.
    func close() async {
        waiting.withLock { $0.isClosed = true }
        await withCheckedContinuation { continuation in
            // Behind any drain that is under way or scheduled on the writer queue.
            pool.asyncWriteWithoutTransaction { _ in continuation.resume() }
        }
    }

    static let closed = APIError(.unavailable, "the server is stopping; try again")

    private func submit(_ request: Request) -> Bool {
        let (isTaken, mustDrain) = waiting.withLock { waiting in
            guard !waiting.isClosed else { return (false, false) }
            waiting.requests.append(request)
            if waiting.requests.count == waiting.wanted { company.signal() }
            defer { waiting.isDraining = true }
            return (true, !waiting.isDraining)
        }
        if mustDrain {
            pool.asyncWriteWithoutTransaction { db in self.drain(db) }
        }
        return isTaken
    }

    private func drain(_ db: Database) {
        var last = 1
        var flush = Duration.zero
        while true {
            gather(last, within: min(flush, Self.patience))
            let group = waiting.withLock { waiting in
                let group = Array(waiting.requests.prefix(Self.largestGroup))
                waiting.requests.removeFirst(group.count)
                if group.isEmpty { waiting.isDraining = false }
                return group
            }
            guard !group.isEmpty else { return }
            flush = commit(group, in: db)
            last = group.count
        }
    }

    /// Waits for as many requests as the last group had, for no longer than the last flush to the disk took.
    ///
    /// Callers that come back with their next request would else always just miss the group of those that they came
    /// with, and every second flush would be for half of them. To wait longer than a flush takes would gain nothing:
    /// where the disk is fast, one half is stored better while the other half is on its way.
    private func gather(_ count: Int, within limit: Duration) {
        let isShort = waiting.withLock { waiting in
            guard waiting.requests.count < count, count > 1 else { return false }
            waiting.wanted = count
            return true
        }
        guard isShort else { return }
        _ = company.wait(timeout: .now() + .nanoseconds(Int(limit / .nanoseconds(1))))
        waiting.withLock { $0.wanted = .max }
        // A signal that came between the end of the wait and the line above would end the next wait at once.
        while company.wait(timeout: .now()) == .success {}
    }

    /// Commits a group; how long the flush to the disk took.
    private func commit(_ group: [Request], in db: Database) -> Duration {
        do {
            let outcome = try attempt(group, in: db)
            for complete in outcome.completions { complete() }
            return outcome.flush
        } catch  where group.count > 1 && !error.isLock {
            // One request can fill the disk that the others would still have fitted on.
            return group.map { commit([$0], in: db) }.max() ?? .zero
        } catch {
            for request in group { request.fail(reported(error)) }
            return .zero
        }
    }

    /// Commits the group without savepoints, and with them once one of its requests has something to take back.
    ///
    /// A savepoint copies each page before a request changes it, which costs more than all else that is shared; and a
    /// request that is refused has seldom written anything before.
    private func attempt(_ group: [Request], in db: Database) throws -> Outcome {
        do {
            return try transaction(of: group, in: db) { request, completions in
                let before = db.totalChangesCount
                do {
                    completions.append(try request.run(db))
                } catch {
                    try Self.checkUsable(db, after: error)
                    guard db.totalChangesCount == before else { throw NeedsSavepoints() }
                    completions.append { request.fail(reported(error)) }
                }
            }
        } catch is NeedsSavepoints {
            return try transaction(of: group, in: db) { request, completions in
                try db.cachedStatement(sql: "SAVEPOINT request").execute()
                do {
                    completions.append(try request.run(db))
                } catch {
                    try Self.checkUsable(db, after: error)
                    try db.cachedStatement(sql: "ROLLBACK TO request").execute()
                    completions.append { request.fail(reported(error)) }
                }
                try db.cachedStatement(sql: "RELEASE request").execute()
            }
        }
    }

    /// Runs the requests of a group and commits; what then is to be done for each comes back.
    ///
    /// A refusal waits for the commit too: it can rest on what another request of the group wrote.
    private func transaction(
        of group: [Request],
        in db: Database,
        _ run: (Request, inout [@Sendable () -> Void]) throws -> Void
    ) throws -> Outcome {
        var completions: [@Sendable () -> Void] = []
        completions.reserveCapacity(group.count)
        var generation: Int64 = 0
        var written = ContinuousClock.now
        try db.inTransaction(.immediate) {
            for request in group { try run(request, &completions) }
            generation = try Generation.read(db)
            written = .now
            return .commit
        }
        newestGeneration.withLock { $0 = generation }
        return Outcome(completions: completions, flush: written.duration(to: .now))
    }

    /// Passes on an error that the whole transaction may have suffered from.
    private static func checkUsable(_ db: Database, after error: any Error) throws {
        let isStorage = (error as? DatabaseError)?.isStorage ?? false
        guard db.isInsideTransaction, !isStorage else { throw error }
    }
}

/// A request failed after it had written something.
private struct NeedsSavepoints: Error {}
