import ArgumentParser
import FabricServer
import Logging
import ServiceLifecycle
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve the API until SIGTERM or SIGINT.")

    @OptionGroup var options: SettingsOptions

    @Option(help: "Where to listen: HOST:PORT; port 0 takes any that is free.")
    var listen: String?

    func run() async throws {
        var settings = try options.settings()
        if let listen { try settings.listen(on: listen) }
        var logger = Logger(label: "weft-server") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = settings.logLevel
        OpenFileLimit.raise()
        let server = try await WeftServer(settings: settings, logger: logger) { address in
            Output.result.write("weft-server listening on https://\(address)\n")
        }
        var configuration = ServiceGroupConfiguration(
            services: [server],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(30)
        try await ServiceGroup(configuration: configuration).run()
    }
}
