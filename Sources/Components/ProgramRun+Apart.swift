internal import Glibc
internal import SystemPackage

extension ProgramRun {
    /// Runs a program with arguments to its end.
    typealias Program = @Sendable (_ program: String, _ arguments: [String]) throws(ComponentsError) -> Ended

    /// Runs a program that must not be ended in the middle, such as dpkg, to its end, which that of this process is not.
    ///
    /// A stop of the daemon's unit ends all processes of the unit: where systemd runs the machine, the program gets a scope
    /// of its own, whatever the unit says. And what writes into a pipe is ended when nobody reads it any more: so the
    /// program writes into a file.
    /// - Parameters:
    ///   - program: Its name or path.
    ///   - arguments: What it is given, without its name.
    ///   - environment: What is set for it besides.
    ///   - time: How long it may take.
    /// - Returns: How it ended, and what it wrote, its messages among its output.
    /// - Throws: `ComponentsError` with code `programFailed` when it cannot be started or takes longer than `time`.
    static func endedApart(
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        time: Duration
    ) throws(ComponentsError) -> Ended {
        let name = command(program, arguments.map { Array($0.utf8) })
        var template = Array("/tmp/weft-output-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else {
            throw ComponentsError(.programFailed, name, "no file for its output: \(Errno(rawValue: errno))")
        }
        defer { close(file) }
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        // Whatever happens, nothing is left of it.
        unlink(template)
        do throws(ComponentsError) {
            // The shell opens the file anew by its name, and becomes the program.
            let ended = try ended(
                "sh",
                ["-c", #"exec "$@" >>"$0" 2>&1"#, "/proc/\(getpid())/fd/\(file)"]
                    + scope(isBooted: isBooted) + [program] + arguments,
                environment: environment,
                time: time
            )
            let output = contents(of: file) + ended.output
            return Ended(problem: ended.problem, output: output, messages: ended.messages)
        } catch {
            throw ComponentsError(error.code, name, error.message)
        }
    }

    /// What gives a program a scope of its own.
    static func scope(isBooted: Bool) -> [String] {
        isBooted ? ["systemd-run", "--scope", "--quiet", "--collect", "--"] : []
    }

    /// Whether systemd runs the machine, as sd_booted(3) tells.
    private static var isBooted: Bool { access("/run/systemd/system", F_OK) == 0 }

    private static func contents(of file: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = pread(file, &piece, piece.count, bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
        }
    }
}
