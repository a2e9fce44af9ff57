import ArgumentParser
import FoundationEssentials
import LinuxSystem
import Logging
import NodeAgent
import ServiceLifecycle
import Settings
import SystemPackage
import UnixSignals

/// The node daemon.
@main
struct Weftd: AsyncParsableCommand {
    static let usualConfiguration = "/etc/weft/weftd.yaml"
    static let configuration = CommandConfiguration(
        commandName: "weftd",
        abstract: "Records what admins change on this machine and sends it for review."
    )

    @Option(
        help: ArgumentHelp(
            "The settings (default: \(usualConfiguration), if it is there).",
            valueName: "file"
        )
    )
    var config: String?

    /// Runs the daemon, and ends with status 2 where the options cannot be used.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if let daemon = command as? Weftd { try await daemon.run() } else { try command.run() }
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            // Standard error that is gone leaves nobody to tell.
            _ = try? FileDescriptor.standardError.writeAll("\(fullMessage(for: error))\n".utf8)
            exit(withError: ExitCode(2))
        }
    }

    // On the main thread, which may block while the parts look at the machine; the pool's threads may not.
    @MainActor
    func run() async throws {
        ProcessMemory.sharePools()
        let agent: NodeAgent
        var log = Logger(label: "weftd") { StreamLogHandler.standardError(label: $0) }
        do {
            let settings = try settings()
            log.logLevel = Logger.Level(rawValue: settings.logLevel.rawValue) ?? .notice
            agent = try NodeAgent(settings: settings, log: log)
        } catch let error as SettingsError {
            throw Self.refuse("\(error)", status: 2)
        } catch let error as AgentError {
            throw Self.refuse("\(error)", status: error.isConfiguration ? 2 : 1)
        }
        let group = ServiceGroup(
            configuration: .init(
                services: agent.services.map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: log
            )
        )
        do {
            try await group.run()
        } catch let error as AgentError {
            throw Self.refuse("\(error)", status: 1)
        }
    }

    private static func refuse(_ reason: String, status: Int32) -> ExitCode {
        // Standard error that is gone leaves nobody to tell.
        _ = try? FileDescriptor.standardError.writeAll("weftd: \(reason)\n".utf8)
        return ExitCode(status)
    }

    private func settings() throws -> NodeSettings {
        try NodeSettings(path: config ?? Self.usualConfiguration, isNamed: config != nil)
    }
}
