import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// A connection by TLS, before HTTP is spoken on it.
struct SecureChannel<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base
    let security: TransportSecurity

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        channel.eventLoop
            .makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    NIOSSLServerHandler(
                        context: security.context,
                        // Possession of the key is proven by the protocol; whose it is, is asked with each request.
                        customVerificationCallback: { _, promise in promise.succeed(.certificateVerified) },
                        configuration: .init()
                    )
                )
                try channel.pipeline.syncOperations.addHandlers(SlowClientGuard(), PeerCertificateKeeper())
            }
            .flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: Base.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}

/// What new connections speak TLS with; it can be replaced while the server runs.
final class TransportSecurity: Sendable {
    private let current: Mutex<NIOSSLContext>

    init(_ context: NIOSSLContext) {
        current = Mutex(context)
    }

    /// For the next connection.
    var context: NIOSSLContext { current.withLock { $0 } }

    /// Has new connections speak TLS with something else.
    func replace(with context: NIOSSLContext) {
        current.withLock { $0 = context }
    }
}
