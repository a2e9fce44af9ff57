import FabricAPI
import FabricModel
import Hummingbird
import Logging
import NIOCore
import ServerStore
import ServiceLifecycle

/// The feed as server-sent events: what happened after a cursor, then what happens, until the client or the server ends.
///
/// *Source*: HTML Standard, "Server-sent events".
struct EventStream<C: Clock>: Sendable where C.Duration == Duration {
    let fabric: Fabric
    let clock: C
    /// After so long without an event a comment shows both ends that the other one is there.
    var heartbeat = Duration.seconds(15)
    /// Throws where whoever reads may not read any more.
    var check: @Sendable () async throws -> Void = {}

    /// Writes events until the server stops or the client is gone.
    ///
    /// What it throws cuts the connection; the client comes back with the last id that it has, and is told then.
    func write(after cursor: String?, to writer: inout some ResponseBodyWriter) async throws {
        var cursor = cursor
        while !Task.isShuttingDownGracefully {
            // Listens before it looks, so that nothing falls in between.
            let waiter = fabric.feed.enter()
            defer { fabric.feed.leave(waiter) }
            try await check()
            let events = try await fabric.store.events(after: cursor, limit: APILimits.rowsPerPage)
            if let last = events.last {
                cursor = last.cursor
                try await writer.write(ByteBuffer(bytes: events.flatMap { try Self.message($0) }))
                continue
            }
            switch await waiter.wait(for: heartbeat, clock: clock) {
            case .changed: continue
            case .timeout: try await writer.write(ByteBuffer(string: ": \n\n"))
            case .stopped, .replaced: return
            }
        }
    }

    /// *Shape*: `id: CURSOR`, `event: KIND`, `data: JSON`, an empty line; JSON has no line breaks here.
    static func message(_ event: FabricEvent) throws -> [UInt8] {
        let head = "id: \(event.cursor)\nevent: \(event.kind.rawValue)\ndata: "
        return try Array(head.utf8) + CanonicalJSON.encode(event) + Array("\n\n".utf8)
    }
}
