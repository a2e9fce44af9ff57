import FabricAPI
import FabricModel
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import ServerStore
import ServiceLifecycle
import Testing

@testable import FabricServer

@Suite(.timeLimit(.minutes(2))) struct FeedRouteTests {
    private func events(
        _ bench: Bench,
        _ client: any TestClientProtocol,
        _ query: String = ""
    ) async throws -> EventList {
        try await client.send(.get, "/v1/changes\(query)", as: bench.token(.reader)).value(EventList.self)
    }

    private func createTag(_ bench: Bench, _ client: any TestClientProtocol, _ name: String) async throws {
        _ = try await client.send(.post, "/v1/tags", as: bench.token(.admin), json: #"{"name":"\#(name)"}"#)
        let edit = #"{"items":[{"key":"package:a","entry":{"absent":true}}],"message":"m"}"#
        let path = "/v1/tags/\(name)/revisions"
        #expect(try await client.send(.post, path, as: bench.token(.admin), json: edit).status == 200)
    }

    @Test("what happened is read in pages, oldest first, and each page says where the next one begins")
    func pages() async throws {
        try await Bench.run { bench, client in
            for name in ["a", "b", "c"] { try await createTag(bench, client, name) }
            let first = try await events(bench, client, "?limit=4")
            #expect(first.events.map(\.kind) == [.node, .node, .revision, .revision])
            let cursor = try #require(first.next)
            let second = try await events(bench, client, "?after=\(cursor)")
            #expect(second.events.map(\.revision?.description) == ["c@1"])
            let end = try #require(second.next)
            let last = try await events(bench, client, "?after=\(end)")
            #expect(last.events.isEmpty)
            #expect(last.next == end)
            #expect(try await events(bench, client, "?after=now").next == end)
        }
    }

    @Test("whoever waits is told as soon as something happens")
    func longPoll() async throws {
        try await Bench.run { bench, client in
            let end = try #require(try await events(bench, client, "?after=now").next)
            let waiting = Task { try await events(bench, client, "?after=\(end)&wait=100") }
            try await bench.readers(1)
            let commit = try await bench.upload("/etc/a", from: nil, to: "x", by: bench.web, through: client)
            let answer = try await waiting.value
            #expect(answer.events.first?.commit == commit.id)
            try await bench.readers(0)
        }
    }

    @Test("a wait in vain ends with the cursor that it began with")
    func timeout() async throws {
        try await Bench.run { bench, client in
            let end = try #require(try await events(bench, client, "?after=now").next)
            let answer = try await events(bench, client, "?after=\(end)&wait=1")
            #expect(answer.events.isEmpty)
            #expect(answer.next == end)
        }
    }

    @Test(
        "what cannot be asked is refused",
        arguments: ["wait=301", "limit=0", "limit=501", "after=x", "after=", "from=1", "after=1-1&after=1-1"]
    )
    func invalid(query: String) async throws {
        try await Bench.run { bench, client in
            for headers: HTTPFields in [[:], [.accept: "text/event-stream"]] {
                let path = "/v1/changes?\(query)"
                let answer = try await client.send(.get, path, as: bench.token(.reader), headers: headers)
                #expect(try answer.refusal().code == .invalidRequest)
            }
        }
    }

    @Test("a cursor that the feed does not have is gone, on both ways to read it")
    func unknownCursor() async throws {
        try await Bench.run { bench, client in
            for headers: HTTPFields in [[:], [.accept: "text/event-stream"]] {
                let path = "/v1/changes?after=zz-zz"
                let answer = try await client.send(.get, path, as: bench.token(.reader), headers: headers)
                #expect(answer.status == 410)
                #expect(try answer.refusal().code == .unknownCursor)
            }
        }
    }

    @Test("a stream tells what happened and goes on with what happens, each with its cursor as id")
    func stream() async throws {
        try await Bench.runLive { bench, client in
            let port = try #require(client.port)
            let first = try #require(try await events(bench, client).events.first)
            let stream = try EventStreamReader(port: port, bench.token(.reader), lastEventID: first.cursor)
            var text = try await stream.text(until: "mail1")
            #expect(text.contains("text/event-stream"))
            #expect(!text.contains("web1"))
            try await bench.readers(1)
            try await createTag(bench, client, "web")
            text += try await stream.text(until: "web@1")
            let expected = try await events(bench, client, "?after=\(first.cursor)").events
            let sent = text.split(separator: "\r\n").flatMap { $0.split(separator: "\n") }
            #expect(sent.filter { $0.hasPrefix("id: ") } == expected.map { "id: \($0.cursor)" })
            #expect(sent.filter { $0.hasPrefix("event: ") } == ["event: node", "event: revision"])
            let data = try sent.filter { $0.hasPrefix("data: ") }
                .map { try CanonicalJSON.decode(FabricEvent.self, from: Data($0.dropFirst(6).utf8)) }
            #expect(data == expected)
        }
    }

    @Test("the last id comes before the cursor of the address, for a browser asks for that again")
    func lastEventID() async throws {
        try await Bench.runLive { bench, client in
            let port = try #require(client.port)
            let all = try await events(bench, client).events
            let stream = try EventStreamReader(
                port: port,
                bench.token(.reader),
                query: "?after=\(all[0].cursor)",
                lastEventID: all[1].cursor
            )
            try await bench.readers(1)
            try await createTag(bench, client, "web")
            let text = try await stream.text(until: "web@1")
            #expect(!text.contains("mail1"))
        }
    }

    @Test("a stream in which nothing happens has comments, and ends where its reader may not read any more")
    func heartbeat() async throws {
        try await Bench.with { bench in
            var stream = EventStream(fabric: bench.routes.fabric, clock: ContinuousClock())
            stream.heartbeat = .milliseconds(1)
            var writer = CollectingWriter()
            let written = writer.text
            stream.check = {
                guard written.value.hasSuffix(": \n\n: \n\n") else { return }
                throw APIError(.unauthenticated, "revoked")
            }
            let cursor = try await bench.store.newestCursor()
            await #expect(throws: APIError.self) { try await stream.write(after: cursor, to: &writer) }
            #expect(written.value == ": \n\n: \n\n")
            #expect(bench.routes.fabric.feed.count == 0)
        }
    }

    @Test("a stream tells nothing more once the token of its reader is revoked")
    func revokedReader() async throws {
        try await Bench.runLive { bench, client in
            let port = try #require(client.port)
            let stream = try EventStreamReader(port: port, bench.token(.reader))
            _ = try await stream.text(until: "mail1")
            try await bench.readers(1)
            _ = try await bench.store.revokeToken("reader-person", by: "alice", at: Bench.start)
            try await createTag(bench, client, "web")
            #expect(try await !stream.text(until: "web@1").contains("web@1"))
            try await bench.readers(0)
        }
    }

    @Test("a stream ends whole when the server stops, and leaves nobody waiting when its client is gone")
    func endings() async throws {
        let text = try await Bench.with { bench in
            let cursor = try await bench.store.newestCursor()
            let service = StreamService(fabric: bench.routes.fabric, cursor: cursor, text: CollectedText())
            let logger = bench.routes.fabric.logger
            let group = ServiceGroup(
                configuration: .init(
                    services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                    logger: logger
                )
            )
            async let running: Void = group.run()
            try await bench.readers(1)
            await group.triggerGracefulShutdown()
            try await running
            return service.text.value
        }
        #expect(text == "[end]")
        try await Bench.runLive { bench, client in
            let port = try #require(client.port)
            var stream: EventStreamReader? = try EventStreamReader(port: port, bench.token(.reader))
            _ = try await stream?.text(until: "mail1")
            try await bench.readers(1)
            stream = nil
            try await bench.readers(0)
        }
    }
}

extension Bench {
    /// Returns when that many wait for the feed; the suite's time limit ends it otherwise.
    func readers(_ wanted: Int) async throws {
        while routes.fabric.feed.count != wanted {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}
