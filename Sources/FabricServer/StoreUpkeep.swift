import FabricAPI
import FabricModel
import Logging
import ServerStore
import ServiceLifecycle

/// Takes away now and then what nobody needs any more, as far as the settings say; history is never among it.
struct StoreUpkeep<C: Clock>: Service where C.Duration == Duration {
    /// How long between two rounds.
    static var interval: Duration { .seconds(6 * 3600) }

    let store: any Store
    let retention: RetentionSettings
    let clock: C
    let now: @Sendable () -> Timestamp
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await round()
                do { try await clock.sleep(for: Self.interval) } catch { return }
            }
        }
    }

    /// Does what is due.
    func round() async {
        guard let days = retention.uploadDays else { return }
        do {
            let removed = try await store.removeUnusedContents(
                uploadedBefore: now().adding(seconds: -Double(days) * 86_400)
            )
            guard removed > 0 else { return }
            logger.notice("removed contents that nothing names", metadata: ["contents": "\(removed)"])
        } catch {
            // A server that stops leaves it to the next one.
            guard !Task.isCancelled else { return }
            logger.error("contents that nothing names were not removed: \(error)")
        }
    }
}
