package import FabricIdentity
import FabricModel
import FoundationEssentials
import Glibc
import Synchronization

/// A server on a loopback port that answers as a test says, well or badly; a thread per connection, behind TLS.
///
/// It shows the authority of its certificate as a server of Weft does.
package final class HTTPTestServer: Sendable {
    package struct Request: Sendable {
        package var method: String
        package var target: String
        package var headers: [String: String]
        package var body: [UInt8]
        /// Counts the server's connections from 1.
        package var connection: Int

        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    package enum Answer: Sendable {
        case answer(Int, headers: [String: String] = [:], body: [UInt8] = [])
        /// These bytes as they are, then the end of the connection.
        case raw(String)
        /// Nothing, until the server is stopped.
        case silence
        /// This many bytes of a body without a length.
        case flood(Int)

        package static func json(_ text: String, status: Int = 200) -> Answer {
            .answer(status, headers: ["Content-Type": "application/json"], body: Array(text.utf8))
        }
    }

    package let port: UInt16
    /// The file of the authority that vouches for it; gone when it is stopped.
    package let authorityFile: String
    private let front: SecureFront
    private let respond: @Sendable (Request) -> Answer
    private let state: Mutex<State>

    private struct State {
        var requests: [Request] = []
        var sockets: Set<Int32> = []
        var connections = 0
        var isStopped = false
    }

    package init(_ respond: @escaping @Sendable (Request) -> Answer) throws {
        self.respond = respond
        front = try SecureFront()
        port = front.port
        authorityFile = FileManager.default.temporaryDirectory.appending(path: "weft-\(UUID()).crt").path
        try Data(SecureFront.authority.pem.utf8).write(to: URL(filePath: authorityFile))
        state = Mutex(State())
        try front.start { [weak self] socket in
            guard let self else { return false }
            return accept(socket)
        }
    }

    /// Of every scripted server.
    package var authority: CertificateDocument { SecureFront.authority }
    package var url: String { "https://127.0.0.1:\(port)" }
    package var requests: [Request] { state.withLock(\.requests) }
    package var connections: Int { state.withLock(\.connections) }

    /// Ends every connection and refuses new ones.
    package func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopped = true }
            return !state.isStopped
        }
        guard isFirst else { return }
        front.stop()
        state.withLock { state in
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        }
        unlink(authorityFile)
    }

    private func accept(_ socket: Int32) -> Bool {
        let number = state.withLock { state -> Int? in
            guard !state.isStopped else { return nil }
            state.sockets.insert(socket)
            state.connections += 1
            return state.connections
        }
        guard let number else { return false }
        startThread { [self] in serve(socket, number) }
        return true
    }

    private func serve(_ socket: Int32, _ number: Int) {
        var buffer: [UInt8] = []
        while let request = Self.read(socket, &buffer, number) {
            if request.target == "/v1/authority" {
                let answer = try? CanonicalJSON.encode(["certificate": authority.pem])
                guard write(.answer(200, body: Array(answer ?? Data())), to: socket) else { break }
                continue
            }
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
