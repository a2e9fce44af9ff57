import LinuxSystem
import Synchronization
import SystemPackage

/// Paths that could not be recorded and are looked at again a moment later.
///
/// Moments are those of ``MonotonicClock``, in nanoseconds.
final class RetryQueue: Sendable {
    /// Seconds until a path is looked at again.
    static let delay = 1.0
    /// Seconds for which a file may keep changing while it is read before people are told.
    static let patience = 60.0

    private struct Contents {
        var due: [FilePath: Int64] = [:]
        var restlessSince: [FilePath: Int64] = [:]
    }

    private let contents = Mutex(Contents())

    /// Whether nothing waits.
    var isEmpty: Bool { contents.withLock { $0.due.isEmpty } }

    /// These are to be looked at again.
    func add(_ paths: some Sequence<FilePath>, now: Int64 = MonotonicClock.nanoseconds()) {
        contents.withLock { contents in
            for path in paths { contents.due[path] = now + Int64(Self.delay * 1e9) }
        }
    }

    /// A file changed each time while it was read; `true` when that has gone on for longer than ``patience``.
    func addRestless(_ path: FilePath, now: Int64 = MonotonicClock.nanoseconds()) -> Bool {
        add([path], now: now)
        return contents.withLock { contents in
            let since = contents.restlessSince[path] ?? now
            contents.restlessSince[path] = since
            return Double(now - since) / 1e9 >= Self.patience
        }
    }

    /// A file was read in one piece.
    func settled(_ path: FilePath) {
        contents.withLock { contents in
            if !contents.restlessSince.isEmpty { contents.restlessSince[path] = nil }
        }
    }

    /// Those whose moment has come, which wait no longer.
    func takeDue(now: Int64 = MonotonicClock.nanoseconds()) -> [FilePath] {
        contents.withLock { contents in
            guard !contents.due.isEmpty else { return [] }
            let due = contents.due.filter { $0.value <= now }.map(\.key)
            for path in due { contents.due[path] = nil }
            return due
        }
    }
}
