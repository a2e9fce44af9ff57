internal import FoundationEssentials
internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// Runs a program and waits for it, with a time limit.
///
/// Blocks the calling thread and needs no other: package databases are asked from threads that may block, and an answer
/// must not wait for a place in the pool of tasks.
enum ProgramRun {
    /// What the program wrote to its standard output.
    ///
    /// - Throws: `ComponentsError` with code `programFailed` when it cannot be started, ends with another status than 0,
    ///   writes more than `limit` bytes, or takes longer than `time`.
    static func output(
        of program: String,
        _ arguments: [String],
        limit: Int = 256 << 20,
        time: Duration
    ) throws(ComponentsError) -> [UInt8] {
        func failure(_ problem: String) -> ComponentsError {
            let command = ([program] + arguments).joined(separator: " ")
            return ComponentsError(
                .programFailed,
                command.utf8,
                "\(problem); run it by hand to see what is wrong"
            )
        }
        let deadline = MonotonicClock.nanoseconds() + Int64(time / .nanoseconds(1))
        let child: ChildProcess
        do {
            child = try ChildProcess(program, arguments)
        } catch {
            throw failure("cannot be started: \(error)")
        }
        switch child.collect(limit: limit, until: deadline) {
        case .ended(let status, let output, let messages):
            if status == 0 { return output }
            let said = String(decoding: messages.prefix(300), as: UTF8.self).split(separator: "\n").first
            // *Source*: wait(2): the low seven bits are the signal, the next byte the exit status.
            let signal = status & 0x7F
            let end =
                signal == 0 ? "ended with status \(status >> 8 & 0xFF)" : "was ended by signal \(signal)"
            throw failure(end + (said.map { ": \($0)" } ?? ""))
        case .tookTooLong: throw failure("did not end in \(time)")
        case .wroteTooMuch: throw failure("wrote more than \(limit) bytes")
        }
    }
}

/// A program that runs, in a process group of its own, with its output and messages coming to us.
private struct ChildProcess {
    enum End {
        case ended(status: Int32, output: [UInt8], messages: [UInt8])
        case tookTooLong
        case wroteTooMuch
    }

    private let pid: pid_t
    private let output: Int32
    private let messages: Int32

    init(_ program: String, _ arguments: [String]) throws(Errno) {
        // Unlike a pipe, a pair of sockets is born closed to other programs that are started at this moment.
        let (output, childOutput) = try Self.socketPair()
        let (messages, childMessages) = try Self.socketPair()
        defer {
            close(childOutput)
            close(childMessages)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, childOutput, 1)
        posix_spawn_file_actions_adddup2(&actions, childMessages, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // The program must not inherit which signals this process blocks or ignores.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP)
        )
        // Nor may its numbers and messages depend on the language of whoever started this process.
        var environment = ProcessInfo.processInfo.environment
        environment["LC_ALL"] = "C"
        environment["LANGUAGE"] = nil
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        let number = posix_spawnp(&pid, program, &actions, &attributes, &words, &variables)
        guard number == 0 else {
            close(output)
            close(messages)
            throw Errno(rawValue: number)
        }
        self.pid = pid
        self.output = output
        self.messages = messages
    }

    /// Reads until the program has ended; ends it, and what it has started, where it goes too far.
    func collect(limit: Int, until deadline: Int64) -> End {
        defer {
            close(output)
            close(messages)
        }
        var collected: (output: [UInt8], messages: [UInt8]) = ([], [])
        var open = (output: true, messages: true)
        while true {
            var status: Int32 = 0
            // Asked before reading, so that all that an ended program wrote is there to be read.
            let hasEnded = waitpid(pid, &status, WNOHANG) == pid
            if open.output { open.output = Self.drain(output, into: &collected.output, upTo: limit) }
            if open.messages {
                open.messages = Self.drain(messages, into: &collected.messages, upTo: 64 << 10)
            }
            if hasEnded, collected.output.count <= limit {
                return .ended(status: status, output: collected.output, messages: collected.messages)
            }
            let left = deadline - MonotonicClock.nanoseconds()
            if collected.output.count > limit || left <= 0 {
                // The group's leader is not waited for yet, so the number is still its own.
                if !hasEnded {
                    kill(-pid, SIGKILL)
                    waitpid(pid, &status, 0)
                }
                return collected.output.count > limit ? .wroteTooMuch : .tookTooLong
            }
            wait(open, upTo: left)
        }
    }

    // Until there is something to read; where nothing is open any more the end itself gives no sign.
    private func wait(_ open: (output: Bool, messages: Bool), upTo left: Int64) {
        var questions = [
            pollfd(fd: open.output ? output : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: open.messages ? messages : -1, events: Int16(POLLIN), revents: 0),
        ]
        let pause: Int64 = open.output || open.messages ? 50 : 1
        poll(&questions, nfds_t(questions.count), Int32(min(pause, left / 1_000_000 + 1)))
    }

    // Reads what is there, and gives `false` when no more will come. What is beyond the limit is read, so that nobody
    // waits, and kept up to one byte too many.
    private static func drain(_ descriptor: Int32, into bytes: inout [UInt8], upTo limit: Int) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
            while true {
                let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
                if count == 0 { return false }
                if count < 0 { return errno == EAGAIN || errno == EINTR }
                bytes += buffer[..<min(count, limit + 1 - bytes.count)]
                if bytes.count > limit { return true }
            }
        }
    }

    private static func socketPair() throws(Errno) -> (Int32, Int32) {
        var pair: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &pair) == 0 else { throw Errno(rawValue: errno) }
        return (pair[0], pair[1])
    }
}
