import Dispatch
import LinuxSystem
import Synchronization

/// Holds threads back until it is opened, and tells when one has come.
final class Gate: Sendable {
    private let opened = DispatchSemaphore(value: 0)
    private let arrived = DispatchSemaphore(value: 0)

    /// Waits until the gate is open; at most a minute, so that a failed test ends.
    func wait() {
        arrived.signal()
        _ = opened.wait(timeout: .now() + 60)
        opened.signal()
    }

    /// Lets all through, now and later.
    func open() {
        opened.signal()
    }

    /// Waits until one more thread has come; false when none did.
    func waitForArrival() -> Bool {
        arrived.wait(timeout: .now() + 30) == .success
    }
}

/// Runs blocking work beside a test.
final class BackgroundWork<Value: Sendable>: Sendable {
    private let done = DispatchSemaphore(value: 0)
    private let result: ResultBox<Value>

    init(_ work: @escaping @Sendable () -> Value) throws {
        let result = ResultBox<Value>()
        self.result = result
        _ = try WorkerThread.start(name: "beside-a-test") { [done] in
            result.value.withLock { $0 = work() }
            done.signal()
        }
    }

    /// The work's value; `nil` when it did not end within half a minute.
    func value() -> Value? {
        _ = done.wait(timeout: .now() + 30)
        return result.value.withLock { $0 }
    }
}

private final class ResultBox<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}
