import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization

@testable import FabricServer

/// A client that reads the feed as it comes; closed when it is let go.
final class EventStreamReader: Sendable {
    private let connection: Mutex<RawConnection>

    init(port: Int, _ token: String, query: String = "", lastEventID: String? = nil) throws {
        let last = lastEventID.map { "Last-Event-ID: \($0)\r\n" } ?? ""
        let head = "GET /v1/changes\(query) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\(last)"
        connection = Mutex(try RawConnection(port: port))
        guard connection.withLock({ $0.send("\(head)Accept: text/event-stream\r\n\r\n") }) else {
            throw RawConnection.Refused(errno: 0)
        }
    }

    /// What comes up to a text, and what came with that; all of it where the stream ends before.
    func text(until end: String) async throws -> String {
        try await onThread { [self] in
            connection.withLock { connection in
                var text = ""
                while !text.contains(end) {
                    let more = connection.receive()
                    guard !more.isEmpty else { break }
                    text += more
                }
                return text
            }
        }
    }
}

/// A text that grows.
final class CollectedText: Sendable {
    private let text = Mutex("")

    var value: String { text.withLock(\.self) }

    func append(_ more: String) { text.withLock { $0 += more } }
}

/// Keeps the body of a response.
struct CollectingWriter: ResponseBodyWriter {
    var text = CollectedText()

    mutating func write(_ buffer: ByteBuffer) async throws { text.append(String(buffer: buffer)) }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws { text.append("[end]") }
}

/// A stream that goes on until the services are to stop.
struct StreamService: Service {
    let fabric: Fabric
    let cursor: String?
    let text: CollectedText

    func run() async throws {
        var writer = CollectingWriter(text: text)
        let stream = EventStream(fabric: fabric, clock: ContinuousClock())
        try await stream.write(after: cursor, to: &writer)
        try await writer.finish(nil)
    }
}
