import Crypto
import FabricModel
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import Testing

/// A program that gets events, on a real port, and takes them as a test says.
final class WebhookReceiver: Sendable {
    struct Received: Sendable {
        var headers: HTTPFields
        var body: String

        var id: String? { WebhookReceiver.header("webhook-id").flatMap { headers[$0] } }

        /// Whether the signature is that of a secret as it was shown.
        func isSigned(with secret: String) throws -> Bool {
            let key = try #require(Data(base64Encoded: String(secret.dropFirst(6))))
            let time = try #require(WebhookReceiver.header("webhook-timestamp").flatMap { headers[$0] })
            let signed = Array("\(try #require(id)).\(time).\(body)".utf8)
            let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: key))
            let signature = WebhookReceiver.header("webhook-signature").flatMap { headers[$0] }
            return signature == "v1,\(Data(code).base64EncodedString())"
        }
    }

    private struct State {
        var received: [Received] = []
        var statuses: [HTTPResponse.Status] = []
    }

    private let state = Mutex(State())

    /// All that came, also what was not taken.
    var received: [Received] { state.withLock { $0.received } }

    /// Answers the next requests with these, and all later ones with 204.
    func answer(_ statuses: [HTTPResponse.Status]) { state.withLock { $0.statuses = statuses } }

    /// Runs `body` with the receiver's address.
    func run<Value: Sendable>(_ body: @Sendable (String) async throws -> Value) async throws -> Value {
        let router = Router()
        router.post("hook") { request, context -> HTTPResponse.Status in
            let body = try await request.body.collect(upTo: 1 << 20)
            return self.state.withLock { state in
                state.received.append(Received(headers: request.headers, body: String(buffer: body)))
                return state.statuses.isEmpty ? .noContent : state.statuses.removeFirst()
            }
        }
        return try await Application(router: router)
            .test(.live) { client in
                try await body("http://127.0.0.1:\(try #require(client.port))/hook")
            }
    }

    /// Returns when that many have come; the suite's time limit ends it otherwise.
    func count(_ wanted: Int) async throws {
        while received.count < wanted {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    private static func header(_ name: String) -> HTTPField.Name? { HTTPField.Name(name) }
}
