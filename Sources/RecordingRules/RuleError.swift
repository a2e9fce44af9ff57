/// Why a rule file cannot be used: it cannot be read, is no YAML, or holds what is not allowed.
public struct RuleError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, with the line where one is known.
    public var subject: String
    /// What is wrong and what is allowed, in one line.
    public var message: String

    init(_ subject: String, _ message: String) {
        self.subject = subject
        self.message = message
    }

    /// `FILE:LINE: MESSAGE`.
    public var description: String { "\(subject): \(message)" }
}
