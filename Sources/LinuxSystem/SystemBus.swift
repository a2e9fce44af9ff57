import Glibc

/// A connection to a D-Bus message bus, such as the one on which systemd answers.
///
/// It belongs to the thread that made it.
///
/// *Source*: sd-bus(3).
public final class SystemBus {
    /// The address of the bus of the system.
    public static let usualAddress = "unix:path=/run/dbus/system_bus_socket"

    private let library: SystemdLibrary
    private let bus: SystemdLibrary.Handle
    private let address: String

    /// What a call is given.
    public enum Argument: Hashable, Sendable {
        case string(String)
        case strings([String])
    }

    /// Connects to the bus at a D-Bus address.
    ///
    /// - Throws: `SystemError` with code `notFound` when there is no libsystemd, and others when the bus does not answer.
    public init(
        address: String = SystemBus.usualAddress,
        library name: String = "libsystemd.so.0"
    ) throws(SystemError) {
        let library = try SystemdLibrary(name)
        var bus: SystemdLibrary.Handle?
        try Self.check(library.new(&bus), address)
        guard let bus else { throw SystemError(.bus, errno: ENOMEM, address.utf8) }
        self.library = library
        self.bus = bus
        self.address = address
        try Self.check(library.setAddress(bus, address), address)
        try Self.check(library.setBusClient(bus, 1), address)
        try Self.check(library.start(bus), address)
    }

    deinit {
        _ = library.close(bus)
    }

    /// Calls a method and waits for the answer.
    ///
    /// Everything that the called program sent to this connection before it answered has arrived on return, and
    /// ``next()`` gives it.
    /// - Throws: `SystemError` with code `timedOut`, or what the called program answers instead, its words in the message.
    public func call(
        _ destination: String,
        _ path: String,
        _ interface: String,
        _ member: String,
        _ arguments: Argument...,
        timeout: Duration
    ) throws(SystemError) -> SystemBusMessage {
        let subject = "\(interface).\(member)"
        var handle: SystemdLibrary.Handle?
        try Self.check(library.newCall(bus, &handle, destination, path, interface, member), subject)
        guard let handle else { throw SystemError(.bus, errno: ENOMEM, subject.utf8) }
        let call = SystemBusMessage(handle, library)
        for argument in arguments { try Self.check(call.append(argument), subject) }
        // sd_bus_error: a name, a message, and whether they are to be freed.
        let failure = UnsafeMutableRawBufferPointer.allocate(byteCount: 32, alignment: 8)
        defer { failure.deallocate() }
        for index in failure.indices { failure[index] = 0 }
        guard let failureStart = failure.baseAddress else {
            throw SystemError(.bus, errno: ENOMEM, subject.utf8)
        }
        defer { library.freeError(failureStart) }
        var answer: SystemdLibrary.Handle?
        let microseconds = UInt64(clamping: timeout.wholeNanoseconds / 1_000)
        let result = library.call(bus, handle, microseconds, failureStart, &answer)
        guard result >= 0, let answer else {
            let text = failure.loadUnaligned(fromByteOffset: 8, as: UnsafePointer<CChar>?.self)
            guard let text else { throw SystemError(.bus, errno: -result, subject.utf8) }
            let words = PrintableBytes.escape(String(cString: text).utf8)
            throw SystemError(.failed, .bus, subject.utf8, "was refused: \(words)", errno: -result)
        }
        return SystemBusMessage(answer, library)
    }

    /// The next message that has arrived; `nil` when there is none yet.
    ///
    /// - Throws: `SystemError` when the connection has ended.
    public func next() throws(SystemError) -> SystemBusMessage? {
        while true {
            var message: SystemdLibrary.Handle?
            let result = library.process(bus, &message)
            try Self.check(result, address)
            if let message { return SystemBusMessage(message, library) }
            if result == 0 { return nil }
        }
    }

    /// Blocks until something has arrived, or `wakeup` is signalled.
    ///
    /// - Returns: whether `wakeup` was signalled, which it is then no more.
    /// - Throws: `SystemError` when the connection has ended.
    public func wait(or wakeup: Wakeup) throws(SystemError) -> Bool {
        let descriptor = library.descriptor(bus)
        try Self.check(descriptor, address)
        let events = library.events(bus)
        try Self.check(events, address)
        var until = UInt64.max
        try Self.check(library.timeout(bus, &until), address)
        var pollers = [
            pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0),
            pollfd(fd: wakeup.fd, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&pollers, 2, Self.milliseconds(until: until)) >= 0 || errno == EINTR else {
            throw SystemError(.poll, errno: errno, address.utf8)
        }
        return wakeup.clear()
    }

    /// *Units*: `deadline` in microseconds of the monotonic clock, the largest number for none.
    private static func milliseconds(until deadline: UInt64) -> Int32 {
        guard deadline < UInt64(Int64.max) else { return -1 }
        let left = Int64(deadline) - MonotonicClock.nanoseconds() / 1_000
        return Int32(clamping: (max(0, left) + 999) / 1_000)
    }

    private static func check(_ result: Int32, _ subject: String) throws(SystemError) {
        guard result >= 0 else { throw SystemError(.bus, errno: -result, subject.utf8) }
    }
}
