public import FabricAPI

/// Why a request came to nothing.
public struct ClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable codes; the raw value is API.
    public enum Code: String, CaseIterable, Sendable {
        /// The server's address cannot be read.
        case invalidAddress = "invalid-address"
        /// No connection, or one that broke.
        case unreachable
        /// No answer in time.
        case timedOut = "timed-out"
        /// The server could not prove who it is, or speaks no TLS.
        case tlsFailed = "tls-failed"
        /// The node asks to be one, and nobody has accepted it yet.
        case notAccepted = "not-accepted"
        /// ``FabricClient/cancel()`` was called.
        case cancelled
        /// The server said no; see ``ClientError/refusal``.
        case refused
        /// The answer is larger than the limit.
        case answerTooLarge = "answer-too-large"
        /// The answer is not what a Weft server sends.
        case unexpectedAnswer = "unexpected-answer"
        /// The request cannot be made from what was given.
        case invalidRequest = "invalid-request"
        /// libcurl or the system failed on this side.
        case transport
    }

    /// What went wrong.
    public var code: Code
    /// The server, or the thing that the server named.
    public var subject: String
    /// What is wrong and the way out.
    public var message: String
    /// What the server said, with code `refused`.
    public var refusal: APIError?
    /// The answer's HTTP status, where there was an answer.
    public var status: Int?
    /// Seconds after which the server wants to be asked again.
    ///
    /// *Source*: the `Retry-After` header, RFC 9110.
    public var retryAfter: Int?

    /// An error from its parts.
    public init(
        _ code: Code,
        _ subject: String,
        _ message: String,
        refusal: APIError? = nil,
        status: Int? = nil,
        retryAfter: Int? = nil
    ) {
        self.code = code
        self.subject = subject
        self.message = message
        self.refusal = refusal
        self.status = status
        self.retryAfter = retryAfter
    }

    /// Whether the same request may succeed later without anyone doing anything about it.
    public var isTransient: Bool {
        switch code {
        case .unreachable, .timedOut, .transport, .notAccepted: true
        case .refused: refusal?.code == .unavailable || refusal?.code == .internalError
        case .unexpectedAnswer: (status ?? 0) >= 500
        case .invalidAddress, .tlsFailed, .cancelled, .answerTooLarge, .invalidRequest: false
        }
    }

    /// Subject and message.
    public var description: String { "\(subject): \(message)" }
}
