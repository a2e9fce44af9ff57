extension ProgramRun {
    /// Runs a program that changes something.
    ///
    /// - Parameters:
    ///   - program: Its name or path.
    ///   - arguments: Everybody on the machine can read them while it runs.
    ///   - environment: What is set for it besides.
    ///   - input: What it reads from its standard input, which nobody else can read.
    ///   - time: How long it may take.
    /// - Throws: `ComponentsError` with code `programFailed`, the command as its subject, and its status and last lines
    ///   in the message.
    static func carryOut(
        _ program: String,
        _ arguments: [[UInt8]],
        environment: [String: String] = [:],
        input: [UInt8] = [],
        time: Duration
    ) throws(ComponentsError) {
        let ended = try ended(program, bytes: arguments, environment: environment, input: input, time: time)
        guard let problem = ended.problem else { return }
        let lines = String(decoding: ended.output + ended.messages, as: UTF8.self)
            .split(whereSeparator: \.isNewline)
        throw ComponentsError(
            .programFailed,
            command(program, arguments),
            "\(problem): \(lines.suffix(5).joined(separator: " | "))"
        )
    }
}
