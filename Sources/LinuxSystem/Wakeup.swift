import CLinux
import Glibc

/// Wakes a thread that waits in poll(2), from any other.
///
/// *Source*: eventfd(2).
public final class Wakeup: Sendable {
    private let event: OpenFile

    /// A wake-up that is not signalled.
    public init() throws(SystemError) {
        let descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { throw SystemError(.eventfd, errno: errno, "eventfd".utf8) }
        event = OpenFile(descriptor)
    }

    /// Readable while signalled: to be waited for together with other descriptors, open as long as this object is.
    public var fd: Int32 { event.descriptor }

    /// Wakes the waiting thread, or lets the next wait return at once.
    public func signal() {
        var one: UInt64 = 1
        // Fails only when the counter is full, which is a signal as well.
        _ = retrying { write(event.descriptor, &one, MemoryLayout<UInt64>.size) }
    }

    /// Takes the signals back.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    public func clear() -> Bool {
        var count: UInt64 = 0
        return retrying { read(event.descriptor, &count, MemoryLayout<UInt64>.size) } > 0
    }

    /// Blocks until signalled, and takes the signal back.
    ///
    /// - Returns: `false` when the time ran out.
    public func wait(timeout: Duration) -> Bool {
        let deadline = MonotonicClock.nanoseconds() + timeout.wholeNanoseconds
        while true {
            let left = max(0, deadline - MonotonicClock.nanoseconds())
            var poller = pollfd(fd: event.descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&poller, 1, Int32(clamping: (left + 999_999) / 1_000_000))
            if ready > 0, clear() { return true }
            if ready == 0, left == 0 { return false }
        }
    }
}

extension Duration {
    /// *Units*: nanoseconds, at most some 146 years.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds.magnitude < 4_600_000_000 else { return seconds < 0 ? .min / 2 : .max / 2 }
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
