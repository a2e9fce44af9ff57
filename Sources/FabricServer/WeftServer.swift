import FabricModel
import FoundationEssentials
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import ServerStore
public import ServiceLifecycle
import SystemPackage

/// The server as a service: it listens until it is told to stop, then ends the long polls and finishes what it began.
public struct WeftServer: Service {
    private let settings: ServerSettings
    private let routes: Routes
    private let logger: Logger
    private let announce: @Sendable (ListenAddress) -> Void

    /// A server on an open store; `announce` is told where it listens, once it does.
    public init(
        settings: ServerSettings,
        store: any Store,
        logger: Logger,
        announce: @escaping @Sendable (ListenAddress) -> Void
    ) {
        let fabric = Fabric(store: store, watch: ConfigurationWatch(), now: { .now }, logger: logger)
        self.settings = settings
        self.logger = logger
        self.announce = announce
        routes = Routes(fabric: fabric, authentication: Authentication(store: store))
    }

    /// Serves until graceful shutdown.
    ///
    /// - Throws: `ServerError` with code `addressInUse` or `addressUnusable`.
    public func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError {
            throw unusable(error)
        }
    }

    private var application: Application<RouterResponder<ServerContext>> {
        let listen = settings.listen
        return Application(
            responder: routes.responder(),
            server: .http1(configuration: .init(idleTimeout: .seconds(Int64(settings.idleTimeout)))),
            configuration: ApplicationConfiguration(
                address: .hostname(listen.host, port: listen.port),
                backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(settings.connectionLimit)
            ),
            onServerRunning: { channel in
                announce(ListenAddress(host: listen.host, port: channel.localAddress?.port ?? listen.port))
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

extension Timestamp {
    /// This moment.
    static var now: Timestamp {
        Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }
}
