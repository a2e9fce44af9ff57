import FabricAPI
import Glibc
import ScriptedServer
import Synchronization
import Testing

@testable import FabricClient

@Suite("Transport")
struct TransportTests {
    private func client(
        _ server: HTTPTestServer,
        token: String? = "secret",
        limits: TimeLimits = TimeLimits(connect: .seconds(5), request: .seconds(20)),
        answerLimit: Int = 1 << 20
    ) throws -> FabricClient {
        try FabricClient(
            server: ServerAddress(server.url),
            trust: .authorities(file: server.authorityFile),
            token: token,
            program: "weft-test/1",
            limits: limits,
            answerLimit: answerLimit
        )
    }

    @Test("a request carries the token, who asks, and the body as it was given")
    func request() throws {
        let server = try HTTPTestServer { _ in .answer(201, headers: ["X-A": " b "], body: [1, 0, 255]) }
        defer { server.stop() }
        let body = [UInt8](0...255)
        let response = try client(server)
            .send(.post, "/v1/x?y=%20", body: body, headers: ["Content-Encoding": "deflate"])
        #expect(response.status == 201)
        #expect(response.headers["x-a"] == "b")
        #expect(response.body == [1, 0, 255])
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/v1/x?y=%20")
        #expect(request.body == body)
        #expect(request.headers["authorization"] == "Bearer secret")
        #expect(request.headers["user-agent"] == "weft-test/1")
        #expect(request.headers["content-encoding"] == "deflate")
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["expect"] == nil)
    }

    @Test("a given header replaces the usual one", arguments: [HTTPMethod.get, .put, .post, .delete])
    func headers(method: HTTPMethod) throws {
        let server = try HTTPTestServer { _ in .answer(200) }
        defer { server.stop() }
        let body: [UInt8]? = method == .get || method == .delete ? nil : []
        _ = try client(server, token: nil).send(method, "/", body: body, headers: ["Accept": "text/plain"])
        let request = try #require(server.requests.first)
        #expect(request.method == method.rawValue)
        #expect(request.headers["accept"] == "text/plain")
        #expect(request.headers["authorization"] == nil)
        #expect(request.headers["content-length"] == (body == nil ? nil : "0"))
    }

    @Test("one connection serves many requests, and a body is not sent again with the next")
    func keepAlive() throws {
        let server = try HTTPTestServer { .answer(200, body: Array("\($0.method) \($0.text)".utf8)) }
        defer { server.stop() }
        let client = try client(server)
        for number in 0..<20 {
            let sent = try client.send(.post, "/", body: Array("\(number)".utf8))
            #expect(String(decoding: sent.body, as: UTF8.self) == "POST \(number)")
            let got = try client.send(.get, "/")
            #expect(String(decoding: got.body, as: UTF8.self) == "GET ")
        }
        #expect(server.connections == 1)
    }

    @Test("a connection that the server closed meanwhile is made again")
    func reconnect() throws {
        let server = try HTTPTestServer { _ in .raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
        defer { server.stop() }
        let client = try client(server)
        for _ in 0..<3 { #expect(try client.send(.post, "/", body: [1]).body == Array("ok".utf8)) }
        #expect(server.connections == 3)
    }

    @Test("concurrent callers take turns and get their own answers")
    func concurrent() async throws {
        let server = try HTTPTestServer { .answer(200, body: $0.body) }
        defer { server.stop() }
        let client = try client(server)
        let answers = Collected<(Int, [UInt8]?)>()
        await onThreads(16) { number in
            let body = [UInt8](repeating: UInt8(number), count: 10_000 + number)
            answers.add((number, try? client.send(.put, "/", body: body).body))
        }
        #expect(answers.all.count == 16)
        for (number, answer) in answers.all {
            #expect(answer == [UInt8](repeating: UInt8(number), count: 10_000 + number))
        }
        #expect(server.connections == 1)
    }

    @Test("nobody listening is 'unreachable' and worth trying again")
    func refusedConnection() throws {
        let server = try HTTPTestServer { _ in .answer(200) }
        server.stop()
        let error = try #require(throws: ClientError.self) { try client(server).send(.get, "/") }
        #expect(error.code == .unreachable)
        #expect(error.isTransient)
        #expect(error.subject == server.url + "/")
        #expect(error.message.hasPrefix("cannot be reached: connection refused; check that weft-server"))
    }

    @Test("a silent server is given up after the time limit")
    func silence() throws {
        let server = try HTTPTestServer { _ in .silence }
        defer { server.stop() }
        let client = try client(server, limits: TimeLimits(connect: .seconds(5), request: .milliseconds(200)))
        let start = ContinuousClock.now
        let error = try #require(throws: ClientError.self) { try client.send(.get, "/") }
        #expect(error.code == .timedOut)
        #expect(error.message.hasPrefix("did not answer in time"))
        #expect(error.isTransient)
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test("cancelling ends a long poll at once, and every later request")
    func cancel() async throws {
        let server = try HTTPTestServer { _ in .silence }
        defer { server.stop() }
        let client = try client(server, limits: TimeLimits(connect: .seconds(5), request: .seconds(300)))
        let codes = Collected<ClientError.Code?>()
        await onThreads(2) { number in
            if number == 0 {
                codes.add(failure { try client.send(.get, "/") })
            } else {
                // The request is on its way when the server has it.
                while server.requests.isEmpty { sched_yield() }
                client.cancel()
            }
        }
        #expect(codes.all == [.cancelled])
        #expect(failure { try client.send(.get, "/") } == .cancelled)
        #expect(server.requests.count == 1)
    }

    @Test(
        "a broken answer is an error, never half a result",
        arguments: [
            ("", ClientError.Code.unreachable),
            ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", .unreachable),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal", .unreachable),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhalf\r\n", .unreachable),
            ("220 smtp.example ESMTP\r\n", .unexpectedAnswer),
            (
                "HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: 8\r\n\r\nxxxxxxxx",
                .unexpectedAnswer
            ),
        ]
    )
    func broken(answer: String, code: ClientError.Code) throws {
        let server = try HTTPTestServer { _ in .raw(answer) }
        defer { server.stop() }
        let client = try client(server)
        #expect(failure { try client.send(.get, "/") } == code)
    }

    @Test("headers without end are cut off")
    func longHeader() throws {
        let header = String(repeating: "x", count: 90_000)
        let server = try HTTPTestServer { _ in .raw("HTTP/1.1 200 OK\r\nX: \(header)\r\n\r\n") }
        defer { server.stop() }
        let client = try client(server)
        #expect(failure { try client.send(.get, "/") } == .answerTooLarge)
    }

    @Test("an answer without end is cut off at the limit")
    func flood() throws {
        let server = try HTTPTestServer { _ in .flood(64 << 20) }
        defer { server.stop() }
        let error = try #require(throws: ClientError.self) { try client(server).send(.get, "/") }
        #expect(error.code == .answerTooLarge)
        #expect(error.message.contains("1048576 bytes"))
        #expect(!error.isTransient)
    }

    @Test("an answer of exactly the limit is taken, and one byte more is not")
    func limit() throws {
        let server = try HTTPTestServer {
            .answer(200, body: [UInt8](repeating: 7, count: $0.target == "/" ? 1000 : 1001))
        }
        defer { server.stop() }
        let client = try client(server, answerLimit: 1000)
        #expect(try client.send(.get, "/").body.count == 1000)
        #expect(failure { try client.send(.get, "/more") } == .answerTooLarge)
    }

    @Test("redirects are not followed, so a token goes nowhere else")
    func redirect() throws {
        let server = try HTTPTestServer { _ in .answer(302, headers: ["Location": "/elsewhere"]) }
        defer { server.stop() }
        #expect(try client(server).send(.get, "/").status == 302)
        #expect(server.requests.count == 1)
    }

    @Test("a line break cannot get into a header", arguments: ["a\r\nX: y", "a\nb", "\u{E9}", "a\0"])
    func injection(text: String) throws {
        let address = try ServerAddress("https://127.0.0.1:1")
        #expect(failure { try FabricClient(server: address, token: text) } == .invalidRequest)
        #expect(failure { try FabricClient(server: address, program: text) } == .invalidRequest)
        let client = try FabricClient(server: address)
        #expect(failure { try client.send(.get, "/", headers: ["X": text]) } == .invalidRequest)
        #expect(failure { try client.send(.get, "/", headers: [text: "x"]) } == .invalidRequest)
    }
}

/// The code with which `body` fails; `nil` when it does not.
func failure(_ body: () throws -> some Any) -> ClientError.Code? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? ClientError)?.code
    }
}

/// Runs `body` on threads of its own, which may block, and returns when all have ended.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        let left = ThreadCountdown(count) { continuation.resume() }
        for number in 0..<count {
            startThread {
                body(number)
                left.done()
            }
        }
    }
}

/// What threads found, in the order in which they say so.
final class Collected<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])

    var all: [Value] { values.withLock { $0 } }

    func add(_ value: Value) {
        values.withLock { $0.append(value) }
    }
}

private final class ThreadCountdown: Sendable {
    private let left: Mutex<Int>
    private let end: @Sendable () -> Void

    init(_ count: Int, _ end: @escaping @Sendable () -> Void) {
        left = Mutex(count)
        self.end = end
    }

    func done() {
        let isLast = left.withLock { left in
            left -= 1
            return left == 0
        }
        if isLast { end() }
    }
}
