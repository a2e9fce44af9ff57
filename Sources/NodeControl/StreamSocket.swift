import Glibc
import SystemPackage

/// Why a socket could not be read or written.
enum StreamFailure: Error, Hashable, Sendable {
    /// The deadline passed.
    case timedOut
    /// The other end is gone.
    case closed
    case failed(Errno)
}

/// One end of a connected unix stream socket.
///
/// Waits end at a deadline; the descriptor closes with the last reference.
final class StreamSocket: Sendable {
    let descriptor: Int32

    /// Takes over a connected descriptor.
    init(owning descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        // Nothing can be done about a failed close, and the descriptor is gone in any case: close(2).
        _ = close(descriptor)
    }

    /// Reads what is there, at least one byte; zero when the other end has closed.
    func receive(
        into buffer: UnsafeMutableRawBufferPointer,
        until deadline: ContinuousClock.Instant
    ) throws(StreamFailure) -> Int {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            if count >= 0 { return count }
            // The other end closed without reading all that was sent to it: unix(7).
            if errno == ECONNRESET { return 0 }
            try wait(for: POLLIN, until: deadline, after: errno)
        }
    }

    /// Writes all of `bytes`.
    func send(_ bytes: UnsafeRawBufferPointer, until deadline: ContinuousClock.Instant) throws(StreamFailure)
    {
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.send(
                descriptor,
                UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                rest.count,
                flags
            )
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else {
                try wait(for: POLLOUT, until: deadline, after: errno)
            }
        }
    }

    /// Takes no more input: reading finds the end, and what is still to be sent goes out.
    func endInput() {
        _ = Glibc.shutdown(descriptor, Int32(SHUT_RD))
    }

    /// Ends the connection for both ends; a thread that waits on it wakes.
    func shutdown() {
        // The one failure is that the other end was faster: shutdown(2), ENOTCONN.
        _ = Glibc.shutdown(descriptor, Int32(SHUT_RDWR))
    }

    private func wait(
        for events: Int32,
        until deadline: ContinuousClock.Instant,
        after error: Int32
    ) throws(StreamFailure) {
        switch error {
        case EINTR: return
        case EAGAIN: break
        case EPIPE, ECONNRESET, ENOTCONN: throw .closed
        default: throw .failed(Errno(rawValue: error))
        }
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        let ready = poll(&entry, 1, deadline.millisecondsLeft)
        if ready < 0, errno != EINTR { throw .failed(Errno(rawValue: errno)) }
        if ready == 0, deadline <= .now { throw .timedOut }
    }
}

extension ContinuousClock.Instant {
    /// The time until then for poll(2): rounded up, and zero when it has passed.
    var millisecondsLeft: Int32 {
        let left = ContinuousClock.now.duration(to: self)
        guard left > .zero else { return 0 }
        let (seconds, attoseconds) = left.components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return Int32(seconds * 1000) + Int32((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
