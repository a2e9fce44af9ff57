/// A compressed text that could not be unpacked.
public struct CompressionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable codes; the raw value is API.
    public enum Code: String, CaseIterable, Sendable {
        /// It would unpack to more than the limit.
        case tooLarge = "unpacked-too-large"
        /// It is not a zlib stream, or a damaged one.
        case damaged = "compressed-damaged"
        /// It ends before the stream does.
        case truncated = "compressed-truncated"
    }

    /// What is wrong.
    public var code: Code
    /// What is wrong and the way out, for a person.
    public var message: String

    /// An error from its parts.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
