import FoundationEssentials
import Glibc
import Synchronization

/// A server on a loopback port that answers as a test says, well or badly; a thread per connection.
final class HTTPTestServer: Sendable {
    struct Request: Sendable {
        var method: String
        var target: String
        var headers: [String: String]
        var body: [UInt8]
        /// Counts the server's connections from 1.
        var connection: Int

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    enum Answer: Sendable {
        case answer(Int, headers: [String: String] = [:], body: [UInt8] = [])
        /// These bytes as they are, then the end of the connection.
        case raw(String)
        /// Nothing, until the server is stopped.
        case silence
        /// This many bytes of a body without a length.
        case flood(Int)

        static func json(_ text: String, status: Int = 200) -> Answer {
            .answer(status, headers: ["Content-Type": "application/json"], body: Array(text.utf8))
        }
    }

    let port: UInt16
    private let listener: Int32
    private let respond: @Sendable (Request) -> Answer
    private let state = Mutex(State())

    private struct State {
        var requests: [Request] = []
        var sockets: Set<Int32> = []
        var connections = 0
        var isStopped = false
    }

    struct SetupFailed: Error {
        var call: String
        var number: Int32
    }

    init(_ respond: @escaping @Sendable (Request) -> Answer) throws {
        self.respond = respond
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = self.listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard isBound else { throw SetupFailed(call: "bind", number: errno) }
        startThread { [self] in accept() }
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.withLock(\.requests) }
    var connections: Int { state.withLock(\.connections) }

    /// Ends every connection and refuses new ones.
    func stop() {
        state.withLock { state in
            guard !state.isStopped else { return }
            state.isStopped = true
            // Refuses from now on; the accepting thread, woken by this, closes it.
            shutdown(listener, Int32(SHUT_RDWR))
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    private func accept() {
        defer { close(listener) }
        while true {
            let socket = Glibc.accept(listener, nil, nil)
            guard socket >= 0 else { return }
            let number = state.withLock { state -> Int? in
                guard !state.isStopped else { return nil }
                state.sockets.insert(socket)
                state.connections += 1
                return state.connections
            }
            guard let number else {
                close(socket)
                return
            }
            startThread { [self] in serve(socket, number) }
        }
    }

    private func serve(_ socket: Int32, _ number: Int) {
        var buffer: [UInt8] = []
        while let request = Self.read(socket, &buffer, number) {
            state.withLock { $0.requests.append(request) }
            guard write(respond(request), to: socket) else { break }
        }
        state.withLock { state in
            state.sockets.remove(socket)
            close(socket)
        }
    }

    /// Writes an answer; whether the connection stays open.
    private func write(_ answer: Answer, to socket: Int32) -> Bool {
        switch answer {
        case .answer(let status, let headers, let body):
            var head = "HTTP/1.1 \(status) Status\r\n"
            for (name, value) in headers { head += "\(name): \(value)\r\n" }
            if status != 304 { head += "Content-Length: \(body.count)\r\n" }
            return Self.send(Array("\(head)\r\n".utf8) + body, to: socket)
        case .raw(let text):
            _ = Self.send(Array(text.utf8), to: socket)
            return false
        case .silence:
            var byte: UInt8 = 0
            return recv(socket, &byte, 1, 0) > 0
        case .flood(let count):
            var left = count
            let chunk = [UInt8](repeating: 0x20, count: 64 << 10)
            guard Self.send(Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8), to: socket) else {
                return false
            }
            while left > 0, Self.send(chunk, to: socket) { left -= chunk.count }
            return false
        }
    }

    private static func send(_ bytes: [UInt8], to socket: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func read(_ socket: Int32, _ buffer: inout [UInt8], _ connection: Int) -> Request? {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        func more() -> Bool {
            let count = recv(socket, &chunk, chunk.count, 0)
            guard count > 0 else { return false }
            buffer += chunk[..<count]
            return true
        }
        var end = buffer.firstRange(of: Array("\r\n\r\n".utf8))
        while end == nil {
            guard more() else { return nil }
            end = buffer.firstRange(of: Array("\r\n\r\n".utf8))
        }
        guard let end else { return nil }
        let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        buffer.removeSubrange(..<end.upperBound)
        let length = headers["content-length"].flatMap(Int.init) ?? 0
        while buffer.count < length {
            guard more() else { return nil }
        }
        let body = Array(buffer[..<length])
        buffer.removeFirst(length)
        return Request(
            method: String(words[0]),
            target: String(words[1]),
            headers: headers,
            body: body,
            connection: connection
        )
    }
}

/// Runs `body` on a thread of its own, which may block.
func startThread(_ body: @escaping @Sendable () -> Void) {
    let context = Unmanaged.passRetained(ThreadBody(body))
    var thread = pthread_t()
    let result = pthread_create(
        &thread,
        nil,
        { context in
            guard let context else { return nil }
            Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().body()
            return nil
        },
        context.toOpaque()
    )
    precondition(result == 0, "pthread_create: \(result)")
    pthread_detach(thread)
}

private final class ThreadBody: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }
}
