import Dispatch
import Testing

/// Gives a test a thread of its own: what it tests blocks, and must not take the pool's few places from the tasks that it
/// waits for.
struct OwnThread: TestTrait, SuiteTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(QueueExecutor()) { try await function() }
    }
}

extension Trait where Self == OwnThread {
    /// The test blocks, on a thread of its own.
    static var ownThread: Self { OwnThread() }
}

private final class QueueExecutor: TaskExecutor {
    // A serial queue has a thread to itself whenever it works.
    private let queue = DispatchQueue(label: "test")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
