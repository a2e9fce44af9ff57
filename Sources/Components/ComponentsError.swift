internal import FabricModel

/// What a component could not do: a stable code, the thing it is about, and the way out.
public struct ComponentsError: Error, Sendable, CustomStringConvertible {
    /// Stable codes; the raw value is API.
    public enum Code: String, CaseIterable, Sendable {
        /// A file changed each time while it was read; look again later.
        case unstableFile = "unstable-file"
        /// A file could not be read.
        case unreadableFile = "unreadable-file"
        /// A resource is not in the state in which it was to be changed; look at it and decide again.
        case changedMeanwhile = "changed-meanwhile"
        /// Somebody else is changing resources of the kind; it is done when that has ended.
        case busy
        /// A change that nobody has decided yet would be lost with it.
        case held
        /// A content that is to be written was not kept.
        case contentNotKept = "content-not-kept"
        /// A resource cannot be brought to the state that is wanted.
        case cannotChange = "cannot-change"
        /// A path is no resource: relative, or with `.` and `..` in it.
        case invalidPath = "invalid-path"
        /// The package database that was asked for is not there.
        case packageDatabaseMissing = "package-database-missing"
        /// The package database could not be read.
        case packageDatabaseUnreadable = "package-database-unreadable"
        /// A program that was asked failed, was not found or took too long.
        case programFailed = "program-failed"
    }

    /// What kind of failure it is.
    public var code: Code
    /// The path or name that it is about, escaped for printing.
    public var subject: String
    /// What happened and what to do.
    public var message: String
    /// The error below, where there is one.
    public var cause: (any Error)?

    /// An error about `subject`, which is escaped here.
    public init(_ code: Code, _ subject: some Sequence<UInt8>, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.subject = EscapedText.escape(subject)
        self.message = message
        self.cause = cause
    }

    /// `SUBJECT: MESSAGE`, and the cause in brackets.
    public var description: String {
        "\(subject): \(message)" + (cause.map { " (\($0))" } ?? "")
    }
}
