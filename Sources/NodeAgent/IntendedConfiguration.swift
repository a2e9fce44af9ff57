import FabricAPI
import LinuxSystem
import Synchronization

/// What this node should be as the server said last, and the signal that it, or what it is compared with, has changed.
final class IntendedConfiguration: Sendable {
    private let said = Mutex<(now: NodeConfiguration?, before: NodeConfiguration?)>((nil, nil))
    /// Signalled whenever a plan may have become another.
    let changed: Wakeup

    init() throws {
        changed = try Wakeup()
    }

    /// `nil` until the server has said it.
    var value: NodeConfiguration? { said.withLock(\.now) }
    /// What the server had said before; `nil` where it is not known.
    var previous: NodeConfiguration? { said.withLock(\.before) }

    /// The server said what this node should be.
    func set(_ configuration: NodeConfiguration) {
        said.withLock { $0 = (configuration, $0.now) }
        changed.signal()
    }
}
