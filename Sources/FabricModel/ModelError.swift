/// A text or value that does not fit the model: what it was read as, why it was refused, and the way out.
public struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable codes; the raw value is API.
    public enum Code: String, CaseIterable, Sendable {
        case invalidResourceKey = "invalid-resource-key"
        case invalidEscape = "invalid-escape"
        case invalidDigest = "invalid-digest"
        case invalidIdentifier = "invalid-identifier"
        case invalidName = "invalid-name"
        case invalidTimestamp = "invalid-timestamp"
        case invalidState = "invalid-state"
        case invalidFacts = "invalid-facts"
        case invalidQuery = "invalid-query"
    }

    /// What kind of value was refused.
    public var code: Code
    /// The refused text, escaped for printing.
    public var subject: String
    /// Why, and what is allowed instead.
    public var message: String

    /// An error about `subject`, which is escaped here.
    public init(_ code: Code, _ subject: String, _ message: String) {
        self.code = code
        self.subject = EscapedText.escape(subject.utf8)
        self.message = message
    }

    /// One line with the refused text and the message.
    public var description: String { "\(subject): \(message)" }
}
