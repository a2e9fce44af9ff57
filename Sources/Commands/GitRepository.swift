import Glibc
import SystemPackage

/// A git repository, by the program git.
struct GitRepository {
    let path: String
    let environment: [String: String]

    /// An import takes far less; it is to end at some time.
    ///
    /// *Units*: seconds.
    private static let patience = 1800
    private static let branch = "refs/heads/main"

    /// Makes the repository where there is none; one that others made is used only where it is empty or an export.
    ///
    /// - Throws: `CommandError` with code `gitFailed`.
    func prepare() throws(CommandError) {
        if try run(["rev-parse", "--git-dir"], mayFail: true) != nil { return }
        guard isFree else {
            throw CommandError(.gitFailed, path, "other things lie there; name a folder for the export alone")
        }
        // No work tree: nobody is to edit what the next export overwrites.
        _ = try run(["init", "--quiet", "--bare", "--initial-branch=main", path], inPath: false)
    }

    /// The value of a trailer of the newest commit; `nil` where there is no commit.
    ///
    /// - Throws: `CommandError` with code `gitFailed`.
    func newest(_ trailer: String) throws(CommandError) -> String? {
        guard try run(["rev-parse", "--verify", "--quiet", Self.branch], mayFail: true) != nil else {
            return nil
        }
        let format = "--format=%(trailers:key=\(trailer),valueonly)"
        let text = try run(["log", "-1", format, Self.branch]) ?? ""
        return text.split(separator: "\n").last.map(String.init) ?? ""
    }

    /// Has git read a file from its beginning as a stream of fast-import.
    ///
    /// - Throws: `CommandError` with code `gitFailed`.
    func load(_ stream: FileDescriptor) throws(CommandError) {
        lseek(stream.rawValue, 0, SEEK_SET)
        _ = try run(["fast-import", "--quiet", "--date-format=raw"], input: stream)
    }

    /// Runs git; what it wrote, `nil` where it failed and may.
    private func run(
        _ arguments: [String],
        inPath: Bool = true,
        input: FileDescriptor? = nil,
        mayFail: Bool = false
    ) throws(CommandError) -> String? {
        let output: FileDescriptor
        let code: Int32
        do throws(Errno) {
            output = try UnnamedFile.open(environment)
        } catch {
            throw failure("no file for its output could be made: \(error)")
        }
        defer { close(output.rawValue) }
        do throws(Errno) {
            code = try start((inPath ? ["git", "-C", path] : ["git"]) + arguments, input, output)
        } catch {
            throw failure("it cannot be started (\(error)); install the package git")
        }
        let text = UnnamedFile.text(of: output)
        guard code == 0 else {
            if mayFail { return nil }
            throw failure(text.split(separator: "\n").prefix(3).joined(separator: "; "))
        }
        return text
    }

    private func start(
        _ arguments: [String],
        _ input: FileDescriptor?,
        _ output: FileDescriptor
    ) throws(Errno) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input.rawValue, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, output.rawValue, 1)
        posix_spawn_file_actions_adddup2(&actions, output.rawValue, 2)
        // Neither the caller's repository nor its configuration is to have a say.
        let variables = [
            "LC_ALL=C", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
            "PATH=\(environment["PATH"] ?? "/usr/bin:/bin")", "GIT_CEILING_DIRECTORIES=\(parent)",
        ]
        var child = pid_t()
        var words = arguments.map { strdup($0) } + [nil]
        var settings = variables.map { strdup($0) } + [nil]
        defer { for pointer in words + settings { free(pointer) } }
        let result = posix_spawnp(&child, "git", &actions, nil, &words, &settings)
        guard result == 0 else { throw Errno(rawValue: result) }
        return wait(for: child)
    }

    /// The status that a process ends with; it is killed where it takes too long.
    private func wait(for child: pid_t) -> Int32 {
        var status: Int32 = 0
        for _ in 0..<(Self.patience * 100) {
            let ended = waitpid(child, &status, WNOHANG)
            if ended == child { return status & 0x7F == 0 ? status >> 8 : -1 }
            guard ended == 0 || errno == EINTR else { return -1 }
            usleep(10_000)
        }
        kill(child, SIGKILL)
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return -1
    }

    /// Whether there is nothing at the path, or an empty folder.
    private var isFree: Bool {
        guard let folder = opendir(path) else { return errno == ENOENT }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Itself and the one above it.
        return count <= 2
    }

    private var parent: String { FilePath(path).removingLastComponent().string }

    private func failure(_ message: String) -> CommandError {
        CommandError(.gitFailed, path, message.isEmpty ? "git failed without saying why" : "git: \(message)")
    }
}
