import FabricIdentity
import FabricModel
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// Takes connections by TLS, and hands each on as a socket of plain bytes.
final class SecureFront: Sendable {
    /// What went wrong before a connection was there.
    struct SetupFailed: Error {
        var what: String
    }

    /// Made once for a process.
    static let authority = identity.authority.certificate

    private static let identity: (authority: CertificateAuthority, context: NIOSSLContext) = {
        do {
            let now = Timestamp(seconds: Int64(time(nil)))
            let authority = try CertificateAuthority(name: "tests", at: now)
            let key = PrivateKey()
            let certificate = try authority.issueServer(
                key: key,
                hosts: [HostName("127.0.0.1"), HostName("localhost")],
                at: now
            )
            let configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: [.certificate(try NIOSSLCertificate(bytes: certificate.der, format: .der))],
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.pem.utf8), format: .pem))
            )
            return (authority, try NIOSSLContext(configuration: configuration))
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    let port: UInt16
    private let listener: any Channel
    private let gate: Gate

    init() throws {
        let gate = Gate()
        let context = Self.identity.context
        listener = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in gate.open(channel, context) }
            .bind(host: "127.0.0.1", port: 0).wait()
        self.gate = gate
        guard let port = listener.localAddress?.port else { throw SetupFailed(what: "no port") }
        self.port = UInt16(port)
    }

    /// Says who gets the sockets; it returns whether it takes one.
    func start(_ take: @escaping @Sendable (Int32) -> Bool) throws {
        gate.take.succeed(take)
    }

    func stop() {
        // A listener that is closed already refuses as well.
        try? listener.close().wait()
    }
}

/// Between what comes by TLS and the sockets behind it.
private final class Gate: Sendable {
    let take: EventLoopPromise<@Sendable (Int32) -> Bool>

    init() {
        take = MultiThreadedEventLoopGroup.singleton.next().makePromise()
    }

    func open(_ channel: any Channel, _ context: NIOSSLContext) -> EventLoopFuture<Void> {
        take.futureResult.hop(to: channel.eventLoop)
            .flatMap { take in
                var pair: [Int32] = [-1, -1]
                let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
                guard socketpair(AF_UNIX, type, 0, &pair) == 0 else {
                    return channel.eventLoop.makeFailedFuture(
                        SecureFront.SetupFailed(what: "socketpair: \(errno)")
                    )
                }
                guard take(pair[0]) else {
                    for socket in pair { close(socket) }
                    return channel.close()
                }
                return ClientBootstrap(group: channel.eventLoop)
                    .channelInitializer { behind in
                        behind.eventLoop.makeCompletedFuture {
                            try behind.pipeline.syncOperations.addHandler(Passage(to: channel))
                        }
                    }
                    .withConnectedSocket(pair[1])
                    .flatMapThrowing { behind in
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHandler(NIOSSLServerHandler(context: context))
                        try pipeline.addHandler(Passage(to: behind))
                    }
            }
    }
}

/// Passes bytes on to another channel, and its end.
private final class Passage: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel

    init(to other: any Channel) {
        self.other = other
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        other.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        other.close(promise: nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
