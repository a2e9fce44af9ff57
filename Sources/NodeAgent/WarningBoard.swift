import FabricModel
import Synchronization

/// The degraded states that hold now, by what raised them; each part replaces its own.
final class WarningBoard: Sendable {
    private let warnings = Mutex<[String: HealthWarning]>([:])

    /// Shows a warning until it is cleared; one of the same code and subject is replaced.
    func raise(_ code: String, _ message: String, subject: String? = nil) {
        let key = Self.key(code, subject)
        warnings.withLock { $0[key] = HealthWarning(code: code, message: message, subject: subject) }
    }

    /// Ends a warning; `true` when it was shown.
    @discardableResult
    func clear(_ code: String, subject: String? = nil) -> Bool {
        warnings.withLock { $0.removeValue(forKey: Self.key(code, subject)) != nil }
    }

    /// The warning of a code that has no subject, while it is shown.
    subscript(code: String) -> HealthWarning? {
        warnings.withLock { $0[Self.key(code, nil)] }
    }

    /// All that hold, by code and subject.
    var all: [HealthWarning] {
        warnings.withLock { warnings in warnings.sorted { $0.key < $1.key }.map(\.value) }
    }

    private static func key(_ code: String, _ subject: String?) -> String { "\(code)\n\(subject ?? "")" }
}
