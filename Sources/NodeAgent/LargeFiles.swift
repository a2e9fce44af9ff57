import Components
import FabricModel
import LinuxSystem
import Synchronization
import SystemPackage

/// Files of which only the digest is kept, read apart from all others: to hash gigabytes takes minutes, in which nothing
/// else would be recorded.
///
/// A file that changes while it is read is left alone for longer each time.
final class LargeFiles: Sendable {
    private struct State {
        var waiting: [FilePath] = []
        var backoffs: [FilePath: Backoff] = [:]
        // When to look again, on the monotonic clock in nanoseconds.
        var due: [FilePath: Int64] = [:]
    }

    private let limit: Int64
    private let warnings: WarningBoard
    private let state = Mutex(State())
    private let wakeup: Wakeup
    private let stopped = Atomic(false)

    /// Takes files over `limit` bytes.
    init(over limit: Int, warnings: WarningBoard) throws {
        self.limit = Int64(limit)
        self.warnings = warnings
        wakeup = try Wakeup()
    }

    /// Whether a file is to be read here.
    func takes(_ status: FileStatus) -> Bool { status.kind == .regular && status.size > limit }

    /// Whether the daemon ends, and what is being read is to be left.
    var isStopped: Bool { stopped.load(ordering: .relaxed) }

    /// A file is to be looked at.
    func add(_ path: FilePath) {
        state.withLock { state in
            guard !state.waiting.contains(path) else { return }
            state.waiting.append(path)
        }
        wakeup.signal()
    }

    /// Looks at files until ``stop()``; `look` records one, or throws why it could not be read.
    func run(_ look: (FilePath) throws -> Void) {
        while !isStopped {
            guard let path = next() else {
                _ = wakeup.wait(timeout: state.withLock(\.due.isEmpty) ? .seconds(3600) : .seconds(1))
                _ = wakeup.clear()
                continue
            }
            let subject = EscapedText.escape(path.bytes)
            warnings.raise(
                "reading",
                "is large and is being read; what it is now is recorded after that",
                subject: subject
            )
            do {
                try look(path)
                state.withLock { $0.backoffs[path] = nil }
                warnings.clear("unreadable", subject: subject)
            } catch {
                if !isStopped { warnings.raise("unreadable", Self.reason(error), subject: subject) }
                leaveAlone(path)
            }
            warnings.clear("reading", subject: subject)
        }
    }

    /// Ends ``run(_:)``, also in the middle of a file.
    func stop() {
        stopped.store(true, ordering: .releasing)
        wakeup.signal()
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? ComponentsError, error.code == .unstableFile else {
            return "cannot be recorded: \(error)"
        }
        return "is written to each time it is read; it is recorded when it is still"
    }

    private func next() -> FilePath? {
        let now = MonotonicClock.nanoseconds()
        return state.withLock { state in
            for (path, due) in state.due where due <= now {
                state.due[path] = nil
                state.waiting.append(path)
            }
            // One that is to be left alone for a while stays so, however often it changes.
            guard let index = state.waiting.firstIndex(where: { state.due[$0] == nil }) else {
                state.waiting = []
                return nil
            }
            return state.waiting.remove(at: index)
        }
    }

    private func leaveAlone(_ path: FilePath) {
        var generator = SystemRandomNumberGenerator()
        state.withLock { state in
            var backoff = state.backoffs[path] ?? Backoff(base: 1, cap: 60)
            let wait = backoff.next(using: &generator)
            state.backoffs[path] = backoff
            state.due[path] = MonotonicClock.nanoseconds() + Int64(wait * 1e9)
        }
    }
}
