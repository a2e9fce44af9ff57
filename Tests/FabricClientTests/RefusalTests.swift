import FabricAPI
import FabricClient
import FabricModel
import ScriptedServer
import Testing

@Suite("Refusals")
struct RefusalTests {
    private func refusal(_ answer: HTTPTestServer.Answer) throws -> ClientError {
        let server = try HTTPTestServer { _ in answer }
        defer { server.stop() }
        let client = try FabricClient(
            server: ServerAddress(server.url),
            trust: .authorities(file: server.authorityFile)
        )
        return try #require(throws: ClientError.self) { try client.tags() }
    }

    @Test("what the server says arrives with code, message and subject", arguments: APIError.Code.allCases)
    func stated(code: APIError.Code) throws {
        let text = #"{"error":{"code":"\#(code.rawValue)","message":"why","subject":"web"}}"#
        let error = try refusal(.json(text, status: 409))
        #expect(error.code == .refused)
        #expect(error.refusal == APIError(code, "why", subject: "web"))
        #expect(error.subject == "web")
        #expect(error.message == "why")
        #expect(error.status == 409)
        #expect(error.isTransient == [.unavailable, .internalError].contains(code))
    }

    @Test(
        "a proxy's refusal has a code too",
        arguments: [
            (401, APIError.Code.unauthenticated), (403, .forbidden), (413, .bodyTooLarge),
            (429, .unavailable),
            (502, .unavailable), (503, .unavailable), (504, .unavailable),
        ]
    )
    func implied(status: Int, code: APIError.Code) throws {
        let error = try refusal(.answer(status, body: Array("<html>".utf8)))
        #expect(error.refusal?.code == code)
    }

    @Test(
        "the time to wait is passed on",
        arguments: [("7", 7), ("0", 0), ("-1", nil), ("soon", nil)] as [(String, Int?)]
    )
    func retryAfter(text: String, seconds: Int?) throws {
        let error = try refusal(.answer(503, headers: ["Retry-After": text]))
        #expect(error.retryAfter == seconds)
        #expect(error.isTransient)
    }

    @Test(
        "an answer that no weft-server gives is said to be one",
        arguments: [
            (200, "<html>"), (200, ""), (200, "{}"), (200, #"{"tags":[{"name":"A b"}]}"#), (302, ""),
            (404, "not found"),
            (400, #"{"error":{"code":"of-tomorrow","message":"x"}}"#), (500, ""),
        ]
    )
    func unexpected(status: Int, body: String) throws {
        let error = try refusal(.answer(status, body: Array(body.utf8)))
        #expect(error.code == .unexpectedAnswer)
        #expect(error.message.contains("\(status)"))
        #expect(error.isTransient == (status == 500))
    }

    @Test("a content with another digest is not taken")
    func wrongContent() throws {
        let server = try HTTPTestServer { _ in .answer(200, body: Array("other\n".utf8)) }
        defer { server.stop() }
        let client = try FabricClient(
            server: ServerAddress(server.url),
            trust: .authorities(file: server.authorityFile)
        )
        #expect(failure { try client.content(.sha256("hello\n".utf8)) } == .unexpectedAnswer)
        #expect(try client.content(.sha256("other\n".utf8)) == Array("other\n".utf8))
    }
}
