import Glibc
import TrialFabric

/// An HTTP connection that sends prepared requests, each as soon as the one before is answered as expected.
///
/// It shares the processors with the server that is measured, so it does as little as a client can: many connections
/// are served by one thread, and the requests are ready before the clock starts.
final class LoadConnection {
    /// A request as it goes over the wire, and the body that its answer must have.
    struct Exchange {
        var request: [UInt8]
        var answer: [UInt8]
    }

    private let descriptor: Int32
    private var rest: ArraySlice<Exchange>
    private var received: [UInt8] = []

    /// Connects to a port of this machine.
    init(port: UInt16, _ exchanges: [Exchange]) throws {
        rest = exchanges[...]
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Self.failed("connect") }
    }

    deinit {
        close(descriptor)
    }

    /// Runs all exchanges, those of different connections at the same time; a minute of silence ends the run.
    static func run(_ connections: [LoadConnection]) throws {
        var polled = connections.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        for connection in connections { try connection.send() }
        var open = connections.count { !$0.rest.isEmpty }
        while open > 0 {
            guard poll(&polled, nfds_t(polled.count), 60_000) > 0 else { throw failed("poll") }
            for index in polled.indices where polled[index].revents != 0 {
                guard try connections[index].receive() else { continue }
                if connections[index].rest.isEmpty {
                    polled[index].fd = -1
                    open -= 1
                } else {
                    try connections[index].send()
                }
            }
        }
    }

    /// Sends the next request.
    private func send() throws {
        guard let request = rest.first?.request else { return }
        var sent = 0
        while sent < request.count {
            let count = request.withUnsafeBytes { bytes in
                Glibc.send(
                    descriptor,
                    bytes.baseAddress?.advanced(by: sent),
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { throw Self.failed("send") }
            sent += count
        }
    }

    /// Takes what has come; `true` when the answer is complete.
    private func receive() throws -> Bool {
        let count = withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            received.append(contentsOf: buffer.prefix(max(0, count)))
            return count
        }
        guard count > 0, let expected = rest.first?.answer else { throw Self.failed("recv") }
        guard let head = HTTPHead(received) else { return false }
        guard received.count >= head.length + head.bodyLength else { return false }
        guard head.isOK, received.dropFirst(head.length).elementsEqual(expected) else {
            throw TrialError("unexpected answer: \(String(decoding: received, as: UTF8.self))")
        }
        received.removeAll(keepingCapacity: true)
        rest.removeFirst()
        return true
    }

    private static func failed(_ call: String) -> TrialError {
        TrialError("\(call): \(String(cString: strerror(errno)))")
    }
}

/// The head of an answer, once all of it is there.
private struct HTTPHead {
    /// Of the head itself.
    var length: Int
    var bodyLength = 0
    var isOK: Bool

    init?(_ bytes: [UInt8]) {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(bytes[start..<end])
            start = end + 1
            if lines.last?.count == 1 { break }
        }
        guard lines.last == [UInt8(ascii: "\r")] else { return nil }
        length = start
        isOK = lines[0].starts(with: "HTTP/1.1 200 ".utf8)
        for line in lines {
            let name = "content-length:".utf8
            guard line.count > name.count, zip(line, name).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else {
                continue
            }
            let digits = line.dropFirst(name.count)
                .filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            bodyLength = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }
    }
}
