import Synchronization

/// A value that threads hand to each other.
final class Box<Value: Sendable>: Sendable {
    private let mutex = Mutex<Value?>(nil)

    var value: Value? { mutex.withLock { $0 } }

    func set(_ value: Value) { mutex.withLock { $0 = value } }
}
