public import FoundationEssentials
import Glibc
import Synchronization

/// Something that a trial needs and did not get.
public struct TrialError: Error, CustomStringConvertible {
    /// What was missing, with the end of the log where there is one.
    public let description: String

    /// An error in one sentence.
    public init(_ description: String) {
        self.description = description
    }
}

/// A program that runs beside the test, with its output in a file.
public final class RunningProgram: Sendable {
    /// Its process.
    public let pid: Int32
    /// Where its output goes.
    public let log: URL
    private let status = Mutex<Int32?>(nil)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: the program.
    ///   - arguments: its arguments, without its own name.
    ///   - log: the file to which its output is appended.
    ///   - environment: what is set besides the caller's own environment.
    /// - Throws: `TrialError` when it cannot be started.
    public init(
        _ executable: URL,
        _ arguments: [String],
        log: URL,
        environment: [String: String] = [:]
    ) throws {
        self.log = log
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log.path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Own process group, so that an interrupt of the test run does not reach it before its clean-up does.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let argv = ([executable.path] + arguments).map { strdup($0) } + [nil]
        let envp = merged.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, executable.path, &actions, &attributes, argv, envp)
        guard code == 0 else {
            throw TrialError("\(executable.path) cannot be started: \(String(cString: strerror(code)))")
        }
        pid = child
    }

    deinit {
        if isRunning {
            kill(pid, SIGKILL)
            _ = wait(seconds: 10)
        }
    }

    /// Whether it has not ended yet.
    public var isRunning: Bool { reap(WNOHANG) == nil }

    /// Sends a signal.
    public func signal(_ number: Int32) {
        status.withLock { status in
            // Once it was waited for, the number may be another process's.
            if status == nil { kill(pid, number) }
        }
    }

    /// Asks it to end and waits for its exit status; kills it after `seconds`.
    @discardableResult
    public func stop(seconds: Double = 20) -> Int32 {
        signal(SIGTERM)
        if let status = wait(seconds: seconds) { return status }
        signal(SIGKILL)
        return wait(seconds: 10) ?? -1
    }

    /// Waits for its exit status, 128 and more for a signal; `nil` when it still runs after `seconds`.
    public func wait(seconds: Double) -> Int32? {
        let end = monotonicSeconds() + seconds
        while monotonicSeconds() < end {
            if let status = reap(WNOHANG) { return status }
            usleep(2000)
        }
        return nil
    }

    /// What it has printed so far.
    public var output: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// The end of its output, for an error's text.
    public var lastLines: String { output.split(separator: "\n").suffix(5).joined(separator: "\n") }

    private func reap(_ options: Int32) -> Int32? {
        status.withLock { status in
            if let status { return status }
            var raw: Int32 = 0
            guard waitpid(pid, &raw, options) == pid else { return nil }
            status = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
            return status
        }
    }
}
