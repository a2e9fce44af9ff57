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
            .map { ": " + String(decoding: $0, as: UTF8.self) }
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
        func failure(_ problem: String) -> ComponentsError {
            let command = ([program] + arguments).joined(separator: " ")
            return ComponentsError(
                .programFailed,
                command.utf8,
                "\(problem); run it by hand to see what is wrong"
            )
        }
        switch waitBlocking(for: { await run(program, arguments, environment, limit: limit, time: time) }) {
        case .ended(.exited(0), let output, let messages): return Ended(output: output, messages: messages)
        case .ended(let status, let output, let messages):
            return Ended(problem: end(status), output: output, messages: messages)
        case .failed(let problem): throw failure(problem)
        case .tookTooLong: throw failure("did not end in \(time)")
        }
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
        _ arguments: [String],
        _ environment: [String: String],
        limit: Int,
        time: Duration
    ) async -> Outcome {
        await withTaskGroup(of: Outcome.self) { group in
            group.addTask { await run(program, arguments, environment, limit: limit) }
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
        _ arguments: [String],
        _ environment: [String: String],
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
                arguments: Arguments(arguments),
                // Its numbers and messages must not depend on the language of whoever started this process.
                environment: .inherit.updating(changes),
                platformOptions: options,
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
}
