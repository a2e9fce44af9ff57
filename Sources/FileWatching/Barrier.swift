/// A mark in the stream of hints: once it is reached, everything that happened before it was made has been dealt with.
public final class Barrier: Sendable {
    private let outcome = Monitor<Result<Void, WatchError>?>(nil)

    init() {}

    /// Whether the consumer has dealt with every hint before it.
    public var isReached: Bool {
        outcome.withLock { outcome in
            if case .success = outcome { true } else { false }
        }
    }

    /// Blocks the calling thread, which must not be one of the cooperative pool, until the barrier is reached.
    ///
    /// - Throws: `WatchError` with code `timeout`, or the reason why it can never be reached: `notRunning`,
    ///   `barrierFolder`.
    public func wait(timeout: Duration) throws(WatchError) {
        guard let outcome = outcome.wait(timeout: timeout, until: { $0 }) else {
            throw WatchError(.timeout, "events that happened before are still being dealt with; try again")
        }
        try outcome.get()
    }

    func reach() {
        settle(.success(()))
    }

    func fail(_ error: WatchError) {
        settle(.failure(error))
    }

    private func settle(_ result: Result<Void, WatchError>) {
        outcome.update { outcome in
            if case .none = outcome { outcome = result }
        }
    }
}
