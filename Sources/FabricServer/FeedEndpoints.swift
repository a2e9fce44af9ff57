import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import NIOCore
import ServerStore

/// What happened in the fabric, for other tools.
struct FeedEndpoints<C: Clock>: Sendable where C.Duration == Duration {
    let fabric: Fabric
    let clock: C

    var all: [Endpoint] {
        [Endpoint(.get, "/v1/changes", .reading, answer: changes)]
    }

    private func changes(_ call: Call) async throws -> Response {
        let query = try Query(of: call.request, allowed: ["after", "limit", "wait"])
        let limit = try query.limit()
        let wait = try query.integer("wait", in: 0...APILimits.longestWait) ?? 0
        var after = query["after"]
        let isStream = Self.wantsStream(call.request)
        // An EventSource that comes back asks for its first address again and says in the header how far it was.
        if isStream, let name = Self.lastEventID, let last = call.request.headers[name] { after = last }
        let isNow = after == "now"
        if isNow { after = try await fabric.store.newestCursor() }
        if isStream { return try await stream(after: after, for: call) }
        if isNow { return try .json(EventList(events: [], next: after)) }
        return try await page(after: after, limit: limit, wait: wait)
    }

    private func page(after cursor: String?, limit: Int, wait: Int) async throws -> Response {
        let deadline = clock.now.advanced(by: .seconds(wait))
        while true {
            // Listens before it looks, so that nothing falls in between.
            let waiter = fabric.feed.enter()
            defer { fabric.feed.leave(waiter) }
            let events = try await fabric.store.events(after: cursor, limit: limit)
            if let last = events.last { return try .json(EventList(events: events, next: last.cursor)) }
            let left = clock.now.duration(to: deadline)
            guard left > .zero, await waiter.wait(for: left, clock: clock) == .changed else {
                return try .json(EventList(events: [], next: cursor))
            }
        }
    }

    private func stream(after cursor: String?, for call: Call) async throws -> Response {
        // What is no cursor is refused before the answer begins.
        _ = try await fabric.store.events(after: cursor, limit: 0)
        var stream = EventStream(fabric: fabric, clock: clock)
        stream.check = call.checkAgain
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { [stream] writer in
                try await stream.write(after: cursor, to: &writer)
                try await writer.finish(nil)
            }
        )
    }

    private static func wantsStream(_ request: Request) -> Bool {
        let types = request.headers[values: .accept].flatMap { $0.split(separator: ",") }
        return types.contains { type in
            type.prefix { $0 != ";" }.lowercased().filter { $0 != " " } == "text/event-stream"
        }
    }

    private static var lastEventID: HTTPField.Name? { HTTPField.Name("Last-Event-ID") }
}
