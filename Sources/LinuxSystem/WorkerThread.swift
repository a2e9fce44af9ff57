import CLinux
import Glibc
import Synchronization

/// A thread of its own for calls that block.
public final class WorkerThread: Sendable {
    private let hasEnded: Wakeup
    private let state: Mutex<State>

    private struct State {
        var thread: pthread_t
        var isJoined = false
    }

    /// What the new thread takes over.
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void
        let hasEnded: Wakeup

        init(name: String, body: @escaping @Sendable () -> Void, hasEnded: Wakeup) {
            self.name = name
            self.body = body
            self.hasEnded = hasEnded
        }
    }

    private init(_ thread: pthread_t, _ hasEnded: Wakeup) {
        self.state = Mutex(State(thread: thread))
        self.hasEnded = hasEnded
    }

    deinit {
        state.withLock { state in
            if !state.isJoined { pthread_detach(state.thread) }
        }
    }

    /// Runs `body` on a new thread, which `ps -L` and `top -H` show by the first 15 bytes of `name`.
    ///
    /// A thread that nobody joins runs on by itself.
    /// - Throws: `SystemError` when no thread can be started.
    public static func start(
        name: String,
        body: @escaping @Sendable () -> Void
    ) throws(SystemError) -> WorkerThread {
        let hasEnded = try Wakeup()
        let start = Unmanaged.passRetained(Start(name: name, body: body, hasEnded: hasEnded))
        var thread = pthread_t()
        let number = pthread_create(&thread, nil, run, start.toOpaque())
        guard number == 0 else {
            start.release()
            throw SystemError(.threadCreate, errno: number, name.utf8)
        }
        return WorkerThread(thread, hasEnded)
    }

    /// Waits until the thread has ended.
    ///
    /// - Returns: `false` when the time ran out; the thread can be joined again.
    @discardableResult
    public func join(timeout: Duration) -> Bool {
        state.withLock { state in
            if state.isJoined { return true }
            guard hasEnded.wait(timeout: timeout) else { return false }
            // The body is through, so this takes no time.
            pthread_join(state.thread, nil)
            state.isJoined = true
            return true
        }
    }

    /// Waits until the thread has ended, for a day at most.
    public func join() { join(timeout: .seconds(86_400)) }

    private static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
        argument in
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        // The kernel keeps 15 bytes and refuses longer names.
        let name = Array(start.name.utf8.prefix(15)).map { CChar(bitPattern: $0) } + [0]
        pthread_setname_np(pthread_self(), name)
        start.body()
        start.hasEnded.signal()
        return nil
    }
}
