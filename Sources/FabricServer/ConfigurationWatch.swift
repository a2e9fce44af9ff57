import FabricModel
import ServiceLifecycle
import Synchronization

/// Wakes the requests that wait for a node's configuration to change.
///
/// Whoever changes a tag, an inclusion or a decision says which nodes it concerns; nobody asks the database while waiting.
final class ConfigurationWatch: Sendable {
    /// Of one node; an older request of the same node was most likely abandoned, for a node waits with one.
    private static let mostWaitersPerNode = 4

    private let waiters = Mutex<[NodeName: [Waiter]]>([:])

    /// How many requests wait.
    var count: Int { waiters.withLock { $0.values.reduce(0) { $0 + $1.count } } }

    /// Begins to listen; what changes from now on wakes the waiter, also before it waits.
    func enter(_ node: NodeName) -> Waiter {
        let waiter = Waiter()
        let abandoned = waiters.withLock { waiters -> Waiter? in
            waiters[node, default: []].append(waiter)
            guard let all = waiters[node], all.count > Self.mostWaitersPerNode else { return nil }
            return waiters[node]?.removeFirst()
        }
        abandoned?.end(.replaced)
        return waiter
    }

    /// Ends listening.
    func leave(_ node: NodeName, _ waiter: Waiter) {
        waiters.withLock { waiters in
            waiters[node]?.removeAll { $0 === waiter }
            if waiters[node]?.isEmpty == true { waiters[node] = nil }
        }
    }

    /// Wakes the requests of these nodes.
    func wake(_ nodes: some Sequence<NodeName>) {
        let woken = waiters.withLock { waiters in nodes.flatMap { waiters[$0] ?? [] } }
        for waiter in woken { waiter.end(.changed) }
    }

    /// Wakes every request, where it is not known which nodes a change concerns.
    func wakeAll() {
        let woken = waiters.withLock { $0.values.flatMap(\.self) }
        for waiter in woken { waiter.end(.changed) }
    }
}

/// One request that waits.
final class Waiter: Sendable {
    /// Why waiting ended.
    enum Outcome: Sendable {
        /// The configuration may have changed.
        case changed
        case timeout
        /// The server stops, or the client is gone.
        case stopped
        /// Newer requests of the same node took its place.
        case replaced
    }

    private enum State {
        case listening
        case suspended(CheckedContinuation<Outcome, Never>)
        case ended(Outcome)
    }

    private let state = Mutex(State.listening)

    /// Ends waiting, once; before the wait has begun, it ends at once.
    func end(_ outcome: Outcome) {
        let continuation = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
            switch state {
            case .listening:
                state = .ended(outcome)
                return nil
            case .suspended(let continuation):
                state = .ended(outcome)
                return continuation
            case .ended: return nil
            }
        }
        continuation?.resume(returning: outcome)
    }

    /// Waits until ``end(_:)``, for as long as `time` at most, and no longer than the server runs.
    func wait<C: Clock>(for time: C.Duration, clock: C) async -> Outcome {
        await withGracefulShutdownHandler {
            await withTaskCancellationHandler {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        // Cancelled when the wait ended before its time.
                        guard (try? await clock.sleep(for: time)) != nil else { return }
                        self.end(.timeout)
                    }
                    let outcome = await self.suspend()
                    group.cancelAll()
                    return outcome
                }
            } onCancel: {
                end(.stopped)
            }
        } onGracefulShutdown: {
            self.end(.stopped)
        }
    }

    private func suspend() async -> Outcome {
        await withCheckedContinuation { continuation in
            let ended = state.withLock { state -> Outcome? in
                if case .ended(let outcome) = state { return outcome }
                state = .suspended(continuation)
                return nil
            }
            if let ended { continuation.resume(returning: ended) }
        }
    }
}
