import FabricAPI
import FabricIdentity
import FabricModel
import Hummingbird
import HummingbirdCore
import LinuxSystem
public import Logging
import NIOCore
import RecordingRules
import ServerStore
public import ServiceLifecycle
import SystemPackage

/// The server as a service: it listens until it is told to stop, then ends the long polls and finishes what it began.
public struct WeftServer: Service {
    /// The requests that wait for a change.
    let watch = ConfigurationWatch()
    private let settings: ServerSettings
    private let store: SQLiteStore
    private let secrets: SecretRules
    private let identity: ServerIdentity
    private let security: TransportSecurity
    private let lock: InstanceLock
    private let logger: Logger
    private let announce: @Sendable (ListenAddress) -> Void

    /// A server on the state folder, of which it is the only one; `announce` is told where it listens, once it does.
    ///
    /// - Throws: `ServerError` with code `invalidSetting`, `notInitialised`, `stateInUse` or `stateUnusable`.
    public init(
        settings: ServerSettings,
        logger: Logger,
        announce: @escaping @Sendable (ListenAddress) -> Void
    ) async throws(ServerError) {
        self.settings = settings
        self.logger = logger
        self.announce = announce
        do {
            secrets = try SecretRules(contentsOf: FilePath(settings.secretRules))
        } catch {
            throw ServerError(.invalidSetting, "secrets: \(error.subject)", error.message, cause: error)
        }
        lock = try StateFolder.lock(settings.state)
        identity = try ServerIdentity(settings)
        security = TransportSecurity(try identity.context())
        store = try await StateFolder.openChecked(settings.state)
    }

    /// Serves until graceful shutdown, then closes the store.
    ///
    /// - Throws: `ServerError` with code `addressInUse` or `addressUnusable`.
    public func run() async throws {
        do {
            try await application.run()
        } catch {
            try await store.close()
            throw (error as? IOError).map(unusable) ?? error
        }
        try await store.close()
        withExtendedLifetime(lock) {}
    }

    private var application: Application<RouterResponder<ServerContext>> {
        let fabric = Fabric(
            store: store,
            authority: identity.authority,
            certificateDays: settings.certificateDays,
            watch: watch,
            secrets: secrets,
            now: { Timestamp(microseconds: WallClock.microseconds()) },
            logger: logger
        )
        let authentication = Authentication(
            store: store,
            authority: identity.authority.certificate,
            peer: { _, context in PeerCertificate.of(context.channel) },
            now: fabric.now
        )
        let listen = settings.listen
        return Application(
            responder: Routes(fabric: fabric, authentication: authentication).responder(),
            server: HTTPServerBuilder { [idle = Int64(settings.idleTimeout), security] responder in
                SecureChannel(
                    base: LoopBoundChannel(
                        channel: HTTP1Channel(
                            responder: responder,
                            configuration: .init(idleTimeout: .seconds(idle))
                        )
                    ),
                    security: security
                )
            },
            configuration: ApplicationConfiguration(
                address: .hostname(listen.host, port: listen.port),
                backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(settings.connectionLimit)
            ),
            services: [
                CertificateUpkeep(settings: settings, security: security, logger: logger),
                WebhookDelivery(fabric: fabric, clock: ContinuousClock()),
                StoreUpkeep(
                    store: store,
                    retention: settings.retention,
                    clock: ContinuousClock(),
                    now: fabric.now,
                    logger: logger
                ),
            ],
            onServerRunning: { channel in
                announce(ListenAddress(host: listen.host, port: channel.localAddress?.port ?? listen.port))
                do {
                    try ServiceNotification.ready()
                } catch {
                    logger.warning("the supervisor was not told that the server is ready: \(error)")
                }
            },
            logger: logger
        )
    }

    private func unusable(_ error: IOError) -> ServerError {
        if Errno(rawValue: error.errnoCode) == .addressInUse {
            return ServerError(
                .addressInUse,
                "listen: \(settings.listen)",
                "something else listens there; stop it or name another port",
                cause: error
            )
        }
        return ServerError(
            .addressUnusable,
            "listen: \(settings.listen)",
            "cannot be listened on (\(error.description)); name an address of this machine",
            cause: error
        )
    }
}
