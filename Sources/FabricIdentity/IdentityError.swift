/// What is wrong with a key, a certificate or a request for one.
public struct IdentityError: Error, CustomStringConvertible {
    /// The kind of an error.
    public enum Code: String, Sendable {
        /// It is not what it should be, such as no PEM.
        case malformed
        /// A request that was not signed by its own key, or asks for what no node has.
        case refused
        /// Key and certificate do not belong together.
        case mismatch
        /// Signing failed.
        case internalError = "internal-error"
    }

    /// The kind.
    public var code: Code
    /// What it is about.
    public var subject: String
    /// What is wrong, and the way out.
    public var message: String

    init(_ code: Code, _ subject: String, _ message: String) {
        self.code = code
        self.subject = subject
        self.message = message
    }

    /// `SUBJECT: MESSAGE`.
    public var description: String { "\(subject): \(message)" }
}
