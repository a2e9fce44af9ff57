/// What a command itself found wrong.
struct CommandError: Error, Hashable {
    /// Stable codes; the raw value is API.
    enum Code: String, CaseIterable {
        /// The command line cannot be read.
        case usage
        /// Someone has to say yes, and nobody can be asked.
        case needsConfirmation = "needs-confirmation"
        /// Someone was asked and said no.
        case declined
        /// Someone was asked and ended the command with ^C.
        case interrupted
        /// Neither a login nor the environment names a server and a token.
        case notLoggedIn = "not-logged-in"
        /// Others may read the file with the token.
        case exposedLogin = "exposed-login"
        /// The login file does not hold a login.
        case invalidLogin = "invalid-login"
        /// No machine of this name and key waits to be a node, or several do.
        case unknownCandidate = "unknown-candidate"
        /// A file on this machine cannot be taken.
        case unreadableFile = "unreadable-file"
        /// A file is larger than a content may be.
        case fileTooLarge = "file-too-large"
        /// The editor could not be run, or failed.
        case editorFailed = "editor-failed"
        /// A text has marks of a merge that nobody has resolved.
        case unresolved
        /// A node has no fact where a path leads.
        case unknownFact = "unknown-fact"
        /// The program git could not be run, or failed.
        case gitFailed = "git-failed"
        /// Standard output does not take what is written.
        case outputFailed = "output-failed"
    }

    var code: Code
    var subject: String
    var message: String

    init(_ code: Code, _ subject: String, _ message: String) {
        self.code = code
        self.subject = subject
        self.message = message
    }
}
