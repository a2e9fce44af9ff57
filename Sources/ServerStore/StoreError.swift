/// What went wrong below a store: it could not be opened, or it failed in a way that no request explains.
///
/// What a request can run into is an `APIError` instead.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    /// Stable codes; the raw value is API.
    public enum Code: String, CaseIterable, Sendable {
        /// The folder or the database in it cannot be opened.
        case cannotOpen = "cannot-open"
        /// Others could read the folder, and it holds things that are not the store's.
        case folderNotPrivate = "folder-not-private"
        /// A newer program wrote the database.
        case newerSchema = "newer-schema"
        /// The database's pages or rows are not what was written.
        case damaged
        /// The database refused something that it should not.
        case failed
    }

    /// What went wrong.
    public var code: Code
    /// What is wrong and the way out.
    public var message: String
    /// The folder or the thing in the database.
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

    /// Subject, message and cause, in one line.
    public var description: String {
        "\(subject): \(message)" + (cause.map { " (\($0))" } ?? "")
    }
}
