import FabricModel

/// Why the journal refused or failed: a stable code, the way out, the file or thing, and what was behind it.
public struct JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable codes; the raw value is API.
    public enum Code: String, CaseIterable, Sendable {
        /// The disk or a quota is full. Nothing was written, nothing is damaged; the same call works when there is space.
        case diskFull = "disk-full"
        /// The disk failed for another reason.
        case inputOutput = "journal-io"
        /// The database or a content file is not what was written.
        case damaged = "journal-damaged"
        /// A newer version of the program has changed the journal.
        case newerSchema = "journal-newer"
        /// Another process holds the journal.
        case busy = "journal-busy"
        /// The folder or a file in it cannot be opened or written.
        case unwritable = "journal-unwritable"
        /// The caller's observation contradicts itself; nothing of the batch was recorded.
        case invalidObservation = "invalid-observation"
        /// A change that was named is not open, or is named twice; nothing was marked.
        case notOpen = "change-not-open"
        /// The program is wrong.
        case internalError = "internal-error"
    }

    /// What went wrong.
    public var code: Code
    /// What is wrong and the way out.
    public var message: String
    /// The file or resource that it is about, escaped for printing.
    public var subject: String
    /// What was behind it, for a person to read.
    public var cause: String?

    /// An error about `subject`, which is escaped here where it is not yet.
    public init(_ code: Code, _ message: String, subject: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.subject = EscapedText.normalize(subject)
        self.cause = cause
    }

    /// One line with subject, message and cause.
    public var description: String { "\(subject): \(message)" + (cause.map { " (\($0))" } ?? "") }
}
