import Synchronization

/// Wakes whoever waits for the feed to go on.
final class FeedWatch: Sendable {
    private let waiters = Mutex<[ObjectIdentifier: Waiter]>([:])

    /// How many wait.
    var count: Int { waiters.withLock { $0.count } }

    /// Begins to listen; what happens from now on wakes the waiter, also before it waits.
    func enter() -> Waiter {
        let waiter = Waiter()
        waiters.withLock { $0[ObjectIdentifier(waiter)] = waiter }
        return waiter
    }

    /// Ends listening.
    func leave(_ waiter: Waiter) {
        waiters.withLock { $0[ObjectIdentifier(waiter)] = nil }
    }

    /// Says that something may have happened.
    func wake() {
        let woken = waiters.withLock { Array($0.values) }
        for waiter in woken { waiter.end(.changed) }
    }
}
