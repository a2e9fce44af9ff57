public import FoundationEssentials

/// What a program that ended has left behind.
public struct ProgramOutput: Sendable {
    /// The exit status, 128 and more for a signal.
    public var status: Int32
    /// What it printed.
    public var text: String
    /// What it printed on standard error.
    public var errors: String
}

/// Runs a program to its end.
///
/// - Throws: `TrialError` when it cannot be started or runs longer than `seconds`.
public func runToEnd(
    _ executable: URL,
    _ arguments: [String],
    input: String? = nil,
    environment: [String: String] = [:],
    within seconds: Double = 60
) throws -> ProgramOutput {
    let folder = try TrialFolder()
    let inputFile = try folder.write(input ?? "", to: "input")
    // A shell puts the streams into files; the program's words reach it as arguments and are not read by it.
    let process = try RunningProgram(
        URL(filePath: "/bin/sh"),
        ["-c", "exec \"$@\" <\"$WEFT_TRIAL_IN\" >\"$WEFT_TRIAL_OUT\"", "sh", executable.path] + arguments,
        log: folder["errors"],
        environment: environment.merging([
            "WEFT_TRIAL_IN": inputFile.path,
            "WEFT_TRIAL_OUT": folder["output"].path,
        ]) { $1 }
    )
    guard let status = process.wait(seconds: seconds) else {
        process.signal(9)
        throw TrialError(
            "\(executable.lastPathComponent) \(arguments.joined(separator: " ")) ran over \(seconds) s"
        )
    }
    let output = try Data(contentsOf: folder["output"])
    return ProgramOutput(
        status: status,
        text: String(decoding: output, as: UTF8.self),
        errors: process.output
    )
}
