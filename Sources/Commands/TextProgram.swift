import Glibc
import SystemPackage

/// A program of every base system that reads some texts and writes one.
struct TextProgram {
    private static let patience: Int32 = 30

    /// What came of a run.
    enum Outcome: Equatable {
        /// It ended with this status, and wrote this.
        case ended(Int32, [UInt8])
        /// There is no result, for this reason.
        case unavailable(String)
    }

    let name: String
    /// The package that has it, for whoever lacks it.
    let package: String
    let environment: [String: String]

    /// Runs it with the texts as its last arguments.
    func run(_ options: [String], _ texts: [[UInt8]]) -> Outcome {
        var files: [Int32] = []
        defer { for file in files { close(file) } }
        do throws(Errno) {
            for text in texts { files.append(try Self.unnamedFile(text, environment)) }
            return try run(options, files)
        } catch {
            return .unavailable("the texts could not be given to \(name): \(error)")
        }
    }

    private static func unnamedFile(_ text: [UInt8], _ environment: [String: String]) throws(Errno) -> Int32 {
        // A content is kept from the disk where it can be.
        let file = try UnnamedFile.open(environment, in: ["XDG_RUNTIME_DIR", "TMPDIR"])
        do throws(Errno) {
            try UnnamedFile.write(text, to: file)
        } catch {
            close(file.rawValue)
            throw error
        }
        return file.rawValue
    }

    private func run(_ options: [String], _ files: [Int32]) throws(Errno) -> Outcome {
        guard let program = locate() else {
            return .unavailable("the program \(name) was not found; install the package \(package)")
        }
        var pipe: [Int32] = [-1, -1]
        guard Glibc.pipe(&pipe) == 0 else { throw Errno(rawValue: errno) }
        for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let output = pipe[0]
        defer { close(output) }
        var descriptors: [(Int32, Int32?)] = [(0, nil), (1, pipe[1]), (2, nil)]
        for (index, file) in files.enumerated() { descriptors.append((Int32(3 + index), file)) }
        let arguments = [name] + options + files.indices.map { "/dev/fd/\(3 + $0)" }
        var child = pid_t()
        let result = Self.spawn(program, &child, arguments, descriptors)
        close(pipe[1])
        guard result == 0 else { throw Errno(rawValue: result) }
        let bytes = Self.read(output)
        if bytes == nil { kill(child, SIGKILL) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard let bytes else { return .unavailable("\(name) took longer than \(Self.patience) seconds") }
        guard status & 0x7F == 0 else { return .unavailable("\(name) was ended by signal \(status & 0x7F)") }
        return .ended(status >> 8, bytes)
    }

    private func locate() -> String? {
        (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
            .map { "\($0)/\(name)" }
            .first { $0.hasPrefix("/") && access($0, X_OK) == 0 }
    }

    /// Starts a program with these descriptors; `nil` is /dev/null.
    private static func spawn(
        _ program: String,
        _ child: inout pid_t,
        _ arguments: [String],
        _ descriptors: [(Int32, Int32?)]
    ) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // First out of the way of the numbers that they are to get.
        for (number, descriptor) in descriptors {
            if let descriptor { posix_spawn_file_actions_adddup2(&actions, descriptor, number + 100) }
        }
        for (number, descriptor) in descriptors {
            if descriptor == nil {
                posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
            } else {
                posix_spawn_file_actions_adddup2(&actions, number + 100, number)
                posix_spawn_file_actions_addclose(&actions, number + 100)
            }
        }
        return withCStrings(arguments) { arguments in
            withCStrings(["LC_ALL=C"]) { variables in
                posix_spawn(&child, program, &actions, nil, arguments, variables)
            }
        }
    }

    private static func withCStrings<Result>(
        _ strings: [String],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(&pointers)
    }

    /// Everything up to the end; `nil` when that does not come in time.
    private static func read(_ descriptor: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        var start = timespec()
        clock_gettime(CLOCK_MONOTONIC, &start)
        while true {
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            let left = Int(patience) - (now.tv_sec - start.tv_sec)
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = left > 0 ? poll(&wait, 1, Int32(left) * 1000) : 0
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return nil }
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }
}
