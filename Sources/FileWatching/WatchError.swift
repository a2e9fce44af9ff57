public import LinuxSystem
public import SystemPackage

/// Why watching, or waiting for it, failed.
public struct WatchError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong; the raw value is stable.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The user has as many inotify instances as the kernel allows.
        case instanceLimit = "instance-limit"
        /// A system call that watching cannot do without failed.
        case systemCall = "system-call"
        /// The folder for barriers cannot be made, watched or written.
        case barrierFolder = "barrier-folder"
        /// The watcher does not run.
        case notRunning = "not-running"
        /// The watcher was started before.
        case alreadyStarted = "already-started"
        /// The barrier was not reached in time.
        case timeout
    }

    /// What went wrong.
    public let code: Code
    /// What it means and how to mend it.
    public let message: String
    /// The path that it is about.
    public let subject: FilePath?
    /// The system call that failed.
    public let cause: SystemError?

    init(_ code: Code, _ message: String, subject: FilePath? = nil, cause: SystemError? = nil) {
        self.code = code
        self.message = message
        self.subject = subject
        self.cause = cause
    }

    /// The message with its cause, without the subject.
    public var description: String {
        cause.map { "\(message): \($0)" } ?? message
    }
}
