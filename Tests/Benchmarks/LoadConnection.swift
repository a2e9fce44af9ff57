import FabricClient
import FoundationEssentials
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import TrialFabric

/// A connection by TLS that sends prepared HTTP requests, each as soon as the one before is answered as expected.
///
/// It shares the processors with the server that is measured, so it does as little as a client can: many connections
/// are served by one thread, and the requests are ready and the connections made before the clock starts.
final class LoadConnection {
    /// A request as it goes over the wire, and the body that its answer must have.
    struct Exchange: Sendable {
        var request: [UInt8]
        var answer: [UInt8]
    }

    private static let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let channel: any Channel
    private let ended: EventLoopFuture<Void>

    /// Connects to a server on this machine, as a node with its certificate.
    init(to server: TrialServer, as node: PlayedNode, _ exchanges: [Exchange]) throws {
        let address = try ServerAddress(server.address)
        let context = try Self.context(server, node)
        let loop = Self.loops.next()
        let (ready, done) = (loop.makePromise(of: Void.self), loop.makePromise(of: Void.self))
        ended = done.futureResult
        channel = try ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: nil))
                    try pipeline.addHandler(IdleStateHandler(readTimeout: .seconds(60)))
                    try pipeline.addHandler(Exchanging(exchanges, ready: ready, done: done))
                }
            }
            .connect(host: address.host, port: Int(address.port)).wait()
        try ready.futureResult.wait()
    }

    deinit {
        channel.close(promise: nil)
    }

    /// Runs all exchanges, those of different connections at the same time; a minute of silence ends the run.
    static func run(_ connections: [LoadConnection]) throws {
        for connection in connections {
            connection.channel.triggerUserOutboundEvent(Exchanging.Begin(), promise: nil)
        }
        try EventLoopFuture.andAllSucceed(connections.map(\.ended), on: loops.next()).wait()
    }

    private static func context(_ server: TrialServer, _ node: PlayedNode) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(server.authority.path)
        configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(node.certificate.file)
            .map { .certificate($0) }
        configuration.privateKey = .privateKey(
            try NIOSSLPrivateKey(file: node.certificate.file, format: .pem)
        )
        return try NIOSSLContext(configuration: configuration)
    }
}

/// Sends the requests of a connection, one after the other.
private final class Exchanging: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The first request is to be sent.
    struct Begin: Sendable {}

    private var rest: ArraySlice<LoadConnection.Exchange>
    private var received: [UInt8] = []
    private let ready: EventLoopPromise<Void>
    private let done: EventLoopPromise<Void>

    init(
        _ exchanges: [LoadConnection.Exchange],
        ready: EventLoopPromise<Void>,
        done: EventLoopPromise<Void>
    ) {
        rest = exchanges[...]
        self.ready = ready
        self.done = done
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext,
        event: Any,
        promise: EventLoopPromise<Void>?
    ) {
        guard event is Begin else { return context.triggerUserOutboundEvent(event, promise: promise) }
        send(context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case TLSUserEvent.handshakeCompleted: ready.succeed()
        case IdleStateHandler.IdleStateEvent.read where !rest.isEmpty:
            fail(TrialError("no answer came for a minute"))
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.append(contentsOf: unwrapInboundIn(data).readableBytesView)
        guard let expected = rest.first?.answer, let head = HTTPHead(received),
            received.count >= head.length + head.bodyLength
        else { return }
        guard head.isOK, received.dropFirst(head.length).elementsEqual(expected) else {
            return fail(TrialError("unexpected answer: \(String(decoding: received, as: UTF8.self))"))
        }
        received.removeAll(keepingCapacity: true)
        rest.removeFirst()
        send(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(TrialError("the server closed a connection"))
        context.fireChannelInactive()
    }

    private func send(_ context: ChannelHandlerContext) {
        guard let request = rest.first?.request else { return done.succeed() }
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: request)), promise: nil)
    }

    private func fail(_ error: any Error) {
        ready.fail(error)
        done.fail(error)
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
