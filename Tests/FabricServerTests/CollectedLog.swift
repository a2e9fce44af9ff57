import Logging
import Synchronization

/// Everything that the server logs, as text.
final class CollectedLog: Sendable {
    private let collected = Mutex<[String]>([])

    /// All lines.
    var lines: [String] { collected.withLock { $0 } }

    /// A logger that writes here, of every level.
    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: CollectedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            log.collected.withLock { $0.append("\(event.level) \(event.message) \(all)") }
        }
    }
}
