/// Why the server does not start, or does not go on.
public struct ServerError: Error, Sendable, CustomStringConvertible {
    /// Stable codes; the raw value is API.
    public enum Code: String, CaseIterable, Sendable {
        /// A setting or option cannot be used.
        case invalidSetting = "invalid-setting"
        /// There is an authority already.
        case alreadyInitialised = "already-initialised"
        /// There is no authority, or no certificate of the server.
        case notInitialised = "not-initialised"
        /// Another server uses the state folder.
        case stateInUse = "state-in-use"
        /// No server has made a database in the state folder.
        case stateMissing = "state-missing"
        /// The state folder cannot be used.
        case stateUnusable = "state-unusable"
        /// The store refuses what was asked.
        case refused
        /// Something else listens on the address.
        case addressInUse = "address-in-use"
        /// The address cannot be listened on.
        case addressUnusable = "address-unusable"
    }

    /// What kind of thing stands in the way.
    public var code: Code
    /// What is wrong and the way out.
    public var message: String
    /// The setting, folder or address.
    public var subject: String
    /// The error below, if one caused this.
    public var cause: (any Error)?

    /// An error from its parts.
    public init(_ code: Code, _ subject: String, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.subject = subject
        self.message = message
        self.cause = cause
    }

    /// Whether it was asked for in a way that cannot be: another setting or option is needed.
    public var isUsage: Bool { code == .invalidSetting }

    /// Subject and message in one line.
    public var description: String { "\(subject): \(message)" }
}
