import Glibc
import SystemPackage

/// Compares two texts with the program diff(1), which every base system has.
///
/// It copes with any size and any difference, which a few lines of our own would not.
enum DiffProgram {
    /// What came of a comparison.
    enum Outcome: Equatable {
        /// The lines from the first `@@` on; none where the texts are equal.
        case hunks([String])
        /// There is no result, for this reason.
        case unavailable(String)
    }

    private static let patience: Int32 = 30

    /// Compares two texts.
    static func compare(_ before: String, _ after: String, environment: [String: String]) -> Outcome {
        guard before != after else { return .hunks([]) }
        do throws(Errno) {
            let old = try unnamedFile(before, environment)
            defer { close(old) }
            let new = try unnamedFile(after, environment)
            defer { close(new) }
            return try run(old, new, environment)
        } catch {
            return .unavailable("the texts could not be given to diff: \(error)")
        }
    }

    // In files without a name: nobody else can open them, and nothing stays when this program is killed.
    private static func unnamedFile(_ text: String, _ environment: [String: String]) throws(Errno) -> Int32 {
        let descriptor = try openUnnamed(
            ["XDG_RUNTIME_DIR", "TMPDIR"].compactMap { environment[$0] } + ["/tmp"]
        )
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else {
                let number = errno
                close(descriptor)
                throw Errno(rawValue: number)
            }
            bytes = bytes.dropFirst(max(0, count))
        }
        return descriptor
    }

    private static func openUnnamed(_ directories: [String]) throws(Errno) -> Int32 {
        var number = ENOENT
        for directory in directories where directory.hasPrefix("/") {
            var template = Array("\(directory)/weft-XXXXXX".utf8CString)
            let descriptor = mkstemp(&template)
            if descriptor >= 0 {
                unlink(template)
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                return descriptor
            }
            number = errno
        }
        throw Errno(rawValue: number)
    }

    private static func run(
        _ old: Int32,
        _ new: Int32,
        _ environment: [String: String]
    ) throws(Errno) -> Outcome {
        guard let program = locate(environment) else {
            return .unavailable("the program diff was not found; install the package diffutils")
        }
        var pipe: [Int32] = [-1, -1]
        guard Glibc.pipe(&pipe) == 0 else { throw Errno(rawValue: errno) }
        for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let output = pipe[0]
        defer { close(output) }
        var child = pid_t()
        let result = spawn(program, &child, [0: nil, 1: pipe[1], 2: nil, 3: old, 4: new])
        close(pipe[1])
        guard result == 0 else { throw Errno(rawValue: result) }
        let text = read(output)
        if text == nil { kill(child, SIGKILL) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard let text else { return .unavailable("diff took longer than \(patience) seconds") }
        // 0: equal, 1: different; anything else, a signal too, is trouble.
        guard status == 0 || status == 1 << 8 else {
            return .unavailable("diff failed with status \(status >> 8)")
        }
        return .hunks(Array(text.lines.drop { !$0.hasPrefix("@@") }.dropLast()))
    }

    private static func locate(_ environment: [String: String]) -> String? {
        (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
            .map { "\($0)/diff" }
            .first { $0.hasPrefix("/") && access($0, X_OK) == 0 }
    }

    /// Starts diff with these descriptors; `nil` is /dev/null.
    private static func spawn(
        _ program: String,
        _ child: inout pid_t,
        _ descriptors: KeyValuePairs<Int32, Int32?>
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
        return withCStrings(["diff", "-a", "-u", "/dev/fd/3", "/dev/fd/4"]) { arguments in
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
    private static func read(_ descriptor: Int32) -> String? {
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
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }
}
