import Logging
import ServiceLifecycle

/// Keeps the server's certificate good while the server runs: once a day it is renewed where it is time to, and read anew
/// where somebody else looks after it.
struct CertificateUpkeep: Service {
    private static let pause = Duration.seconds(86_400)

    let settings: ServerSettings
    let security: TransportSecurity
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while true {
                do {
                    try await Task.sleep(for: Self.pause)
                } catch {
                    return
                }
                look()
            }
        }
    }

    /// Has new connections get the certificate that there is now.
    func look() {
        do {
            security.replace(with: try ServerIdentity(settings).context())
        } catch {
            logger.error("the server's certificate cannot be renewed, and the old one goes on: \(error)")
        }
    }
}
