import FabricModel

/// Why the local daemon refused or could not be asked.
public struct NodeControlError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable codes; the raw value is API.
    public enum Code: String, CaseIterable, Sendable {
        /// The caller is neither root nor allowed to do this as a member of the daemon's group.
        case notPermitted = "not-permitted"
        /// Nothing that was asked for is open.
        case nothingToCommit = "nothing-to-commit"
        /// The resource is not recorded, or has no open change.
        case unknownResource = "unknown-resource"
        /// The daemon cannot put back a resource of that kind or state.
        case cannotDiscard = "cannot-discard"
        /// The recorded content was not kept, so it cannot be put back or shown.
        case contentNotKept = "content-not-kept"
        /// No content has that digest.
        case unknownContent = "unknown-content"
        /// The resource changed while the daemon worked on it.
        case changedMeanwhile = "changed-meanwhile"
        /// A parameter is missing, of the wrong kind, unknown or out of range; the subject names it.
        case invalidParameter = "invalid-parameter"
        /// The daemon has no such interface.
        case unknownInterface = "unknown-interface"
        /// The interface has no such method.
        case unknownMethod = "unknown-method"
        /// The daemon knows the method and does not offer it.
        case notImplemented = "not-implemented"
        /// The caller sent what is no Varlink call.
        case malformedMessage = "malformed-message"
        /// A message is over its limit, which the text states.
        case messageTooLarge = "message-too-large"
        /// The daemon serves as many callers as it can.
        case busy
        /// The daemon cannot do it now, such as while its journal cannot be written.
        case unavailable
        /// The daemon failed; its log says more.
        case internalError = "internal-error"
        /// Nobody listens on the socket.
        case unreachable
        /// The daemon did not answer in time, or the connection broke.
        case connectionLost = "connection-lost"
        /// The daemon answered what this program does not understand.
        case invalidAnswer = "invalid-answer"
        /// The socket could not be made or listened on.
        case cannotListen = "cannot-listen"
        /// Another daemon listens on the socket.
        case alreadyRunning = "already-running"
    }

    /// What went wrong.
    public var code: Code
    /// Why, and the way out.
    public var message: String
    /// The thing that it is about: a resource, a parameter, a path; escaped for printing.
    public var subject: String?
    /// What was behind it, for a person to read.
    public var cause: String?

    /// An error about `subject`, which is escaped here where it is not yet.
    public init(_ code: Code, _ message: String, subject: String? = nil, cause: String? = nil) {
        self.code = code
        self.message = message
        self.subject = subject.map(EscapedText.normalize)
        self.cause = cause
    }

    /// One line with subject, message and cause.
    public var description: String {
        (subject.map { "\($0): " } ?? "") + message + (cause.map { " (\($0))" } ?? "")
    }
}
