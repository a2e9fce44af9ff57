import LinuxSystem
import Synchronization
import SystemPackage

/// What the reader is made of when its thread begins.
struct ReaderStart: Sendable {
    let roots: [WatchedRoot]
    let isIgnored: @Sendable (FilePath, Bool) -> Bool
    let queue: HintQueue
    let settings: WatchSettings
    let inotify: Inotify
    let barriers: BarrierFolder
    let mountInfo: FilePath
    let link: ReaderLink
}

/// What the reader's thread and the others have in common.
final class ReaderLink: Sendable {
    struct Mail {
        var roots: [WatchedRoot]?
        var isStopping = false
        var isPausing = false
        /// Set by the reader while it pauses.
        var isPaused = false
    }

    struct Status {
        var warnings: [WatchWarning] = []
        var watchedDirectories = 0
        /// Reached when an overflow has been dealt with.
        var overflow: Barrier?
    }

    let wakeup: Wakeup
    private let mail = Monitor(Mail())
    private let status = Mutex(Status())

    init() throws(SystemError) {
        wakeup = try Wakeup()
    }

    /// Leaves a message for the reader.
    func post(_ message: (inout Mail) -> Void) {
        mail.update(message)
        wakeup.signal()
    }

    var hasMail: Bool {
        mail.withLock { $0.roots != nil || $0.isStopping || $0.isPausing }
    }

    /// Whether the reader has to stop, and its new roots if there are some; blocks while it has to pause.
    func takeMail() -> (isStopping: Bool, roots: [WatchedRoot]?) {
        mail.update { $0.isPaused = $0.isPausing }
        while mail.wait(timeout: .seconds(60), until: { $0.isPausing && !$0.isStopping ? nil : () }) == nil {}
        return mail.update { mail in
            mail.isPaused = false
            defer { mail.roots = nil }
            return (mail.isStopping, mail.roots)
        }
    }

    /// Blocks until the reader pauses.
    func waitForPause(timeout: Duration) -> Bool {
        mail.wait(timeout: timeout) { $0.isPaused ? () : nil } != nil
    }

    func withStatus<Result>(_ body: (inout sending Status) -> sending Result) -> sending Result {
        status.withLock(body)
    }
}
