internal import FabricModel
internal import Glibc
internal import Subprocess
internal import SystemPackage

/// Runs a program and waits for it, with a time limit.
///
/// Blocks the calling thread, which must not be one of the pool of tasks: package databases are asked from threads that
/// may block.
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
        let ended = try ended(program, arguments, limit: limit, time: time)
        guard let problem = ended.problem else { return ended.output }
        let said = ended.messages.split(separator: UInt8(ascii: "\n")).first
            .map { ": " + EscapedText.escape($0) }
        throw ComponentsError(
            .programFailed,
            ([program] + arguments).joined(separator: " ").utf8,
            "\(problem)\(said ?? ""); run it by hand to see what is wrong"
        )
    }

    /// A program that has ended.
    struct Ended: Sendable {
        /// How it ended, where that was not with status 0.
        var problem: String?
        /// What it wrote to its standard output.
        var output: [UInt8]
        /// What it wrote to its standard error.
        var messages: [UInt8]
    }

    /// Runs a program to its end, whatever its status.
    ///
    /// - Throws: `ComponentsError` with code `programFailed` when it cannot be started, writes more than `limit` bytes,
    ///   or takes longer than `time`.
    static func ended(
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        limit: Int = 256 << 20,
        time: Duration
    ) throws(ComponentsError) -> Ended {
        let arguments = arguments.map { Array($0.utf8) }
        return try ended(program, bytes: arguments, environment: environment, limit: limit, time: time)
    }

    /// Runs a program, whose arguments may be any bytes, to its end, whatever its status.
    ///
    /// - Parameters:
    ///   - program: Its name or path.
    ///   - arguments: What it is given, without its name.
    ///   - environment: What is set for it besides.
    ///   - input: What it reads from its standard input: at most ``inputLimit`` bytes.
    ///   - limit: The most that it may write.
    ///   - time: How long it may take.
    /// - Returns: How it ended, and what it wrote.
    /// - Throws: `ComponentsError` with code `programFailed` when it cannot be started, writes more than `limit` bytes,
    ///   or takes longer than `time`.
    static func ended(
        _ program: String,
        bytes arguments: [[UInt8]],
        environment: [String: String] = [:],
        input: [UInt8] = [],
        limit: Int = 256 << 20,
        time: Duration
    ) throws(ComponentsError) -> Ended {
        func failure(_ problem: String) -> ComponentsError {
            ComponentsError(
                .programFailed,
                command(program, arguments),
                "\(problem); run it by hand to see what is wrong"
            )
        }
        let outcome = waitBlocking(for: {
            await run(program, arguments, environment, input, limit: limit, time: time)
        })
        switch outcome {
        case .ended(.exited(0), let output, let messages): return Ended(output: output, messages: messages)
        case .ended(let status, let output, let messages):
            return Ended(problem: end(status), output: output, messages: messages)
        case .failed(let problem): throw failure(problem)
        case .tookTooLong: throw failure("did not end in \(time)")
        }
    }

    /// How much a program can be given to read.
    ///
    /// *Units*: bytes; what a pipe takes without a reader, pipe(7).
    static let inputLimit = 4096

    /// A program and its arguments in one line.
    static func command(_ program: String, _ arguments: [[UInt8]]) -> [UInt8] {
        Array(([Array(program.utf8)] + arguments).joined(separator: [UInt8(ascii: " ")]))
    }

    private enum Outcome: Sendable {
        case ended(TerminationStatus, output: [UInt8], messages: [UInt8])
        case failed(String)
        case tookTooLong
    }

    private static func end(_ status: TerminationStatus) -> String {
        switch status {
        case .exited(let code): "ended with status \(code)"
        case .signaled(let signal): "was ended by signal \(signal)"
        }
    }

    private static func run(
        _ program: String,
        _ arguments: [[UInt8]],
        _ environment: [String: String],
        _ input: [UInt8],
        limit: Int,
        time: Duration
    ) async -> Outcome {
        await withTaskGroup(of: Outcome.self) { group in
            group.addTask { await run(program, arguments, environment, input, limit: limit) }
            group.addTask {
                do {
                    try await Task.sleep(for: time)
                } catch {
                    // The program ended first.
                }
                return .tookTooLong
            }
            let first = await group.next() ?? .tookTooLong
            // Cancelling ends the program.
            group.cancelAll()
            return first
        }
    }

    private static func run(
        _ program: String,
        _ arguments: [[UInt8]],
        _ environment: [String: String],
        _ input: [UInt8],
        limit: Int
    ) async -> Outcome {
        var options = PlatformOptions()
        // What it has started is ended with it.
        options.processGroupID = 0
        options.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
        ]
        var changes: [Environment.Key: String?] = ["LC_ALL": "C", "LANGUAGE": nil]
        for (name, value) in environment { changes[Environment.Key(stringLiteral: name)] = value }
        do {
            let result = try await Subprocess.run(
                program.hasPrefix("/") ? .path(FilePath(program)) : .name(program),
                // These it takes as they lie in memory, with the byte that ends them.
                arguments: Arguments(arguments.map { $0 + [0] }),
                // Its numbers and messages must not depend on the language of whoever started this process.
                environment: .inherit.updating(changes),
                platformOptions: options,
                input: .fileDescriptor(try source(of: input), closeAfterSpawningProcess: true),
                output: .bytes(limit: limit),
                error: .bytes(limit: 1 << 20)
            )
            return .ended(
                result.terminationStatus,
                output: result.standardOutput,
                messages: result.standardError
            )
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            return .failed("wrote more than \(limit) bytes")
        } catch {
            return .failed("cannot be run: \(error)")
        }
    }

    /// What a program reads the bytes from.
    ///
    /// They are all in the pipe before it starts: nobody writes to it when it may have ended already.
    private static func source(of input: [UInt8]) throws -> FileDescriptor {
        if input.isEmpty { return try FileDescriptor.open("/dev/null", .readOnly, options: .closeOnExec) }
        guard input.count <= inputLimit else { throw Errno.messageTooLong }
        let (source, sink) = try FileDescriptor.pipe()
        do {
            _ = try sink.closeAfter { try sink.writeAll(input) }
        } catch {
            try source.close()
            throw error
        }
        return source
    }
}
