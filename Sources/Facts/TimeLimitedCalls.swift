import LinuxSystem
import Synchronization

/// Calls that may never come back, each on a thread of its own.
final class TimeLimitedCalls<Value: Sendable>: Sendable {
    private final class Answer: Sendable {
        let value = Mutex<Value?>(nil)
    }

    private let running = Mutex<Set<String>>([])

    /// What the call gives; `nil` where it takes longer, or an earlier one of that name has not come back yet.
    ///
    /// A thread that cannot be started is a call that does not come back.
    func call(_ name: String, within limit: Duration, _ body: @escaping @Sendable () -> Value) -> Value? {
        guard running.withLock({ $0.insert(name).inserted }) else { return nil }
        let answer = Answer()
        do {
            let thread = try WorkerThread.start(name: "facts-\(name)") { [self] in
                let value = body()
                answer.value.withLock { $0 = value }
                _ = running.withLock { $0.remove(name) }
            }
            return thread.join(timeout: limit) ? answer.value.withLock(\.self) : nil
        } catch {
            _ = running.withLock { $0.remove(name) }
            return nil
        }
    }
}
