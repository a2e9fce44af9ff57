import FabricAPI
import LinuxSystem
import Synchronization

/// What this node should be as the server said last, and the signal that it, or what it is compared with, has changed.
final class IntendedConfiguration: Sendable {
    private let current = Mutex<NodeConfiguration?>(nil)
    /// Signalled whenever a plan may have become another.
    let changed: Wakeup

    init() throws {
        changed = try Wakeup()
    }

    /// `nil` until the server has said it.
    var value: NodeConfiguration? { current.withLock(\.self) }

    /// The server said what this node should be.
    func set(_ configuration: NodeConfiguration) {
        current.withLock { $0 = configuration }
        changed.signal()
    }
}
