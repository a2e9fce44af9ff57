internal import Dispatch
internal import Synchronization

/// The result of asynchronous work, waited for by the calling thread.
///
/// The thread must be one that may block, never one of the pool of tasks: the work may need the very place there that its
/// waiter keeps. Since a thread stands still for it, the work goes before other tasks.
func waitBlocking<Result: Sendable>(for work: @escaping @Sendable () async -> Result) -> Result {
    let pending = PendingResult<Result>()
    Task.detached(priority: .high) { pending.set(await work()) }
    return pending.wait()
}

private final class PendingResult<Result: Sendable>: Sendable {
    private let value = Mutex<Result?>(nil)
    private let isSet = DispatchSemaphore(value: 0)

    func set(_ result: Result) {
        value.withLock { $0 = result }
        isSet.signal()
    }

    func wait() -> Result {
        while true {
            isSet.wait()
            if let result = value.withLock(\.self) { return result }
        }
    }
}
