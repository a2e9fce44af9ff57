internal import FabricModel

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
        try ended.check(command(program, arguments))
    }

    /// The lines of what a program wrote that are not empty, escaped: whoever reads an error has no use for the control
    /// characters of a terminal.
    static func lines(_ output: [UInt8]) -> [String] {
        output.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.map { EscapedText.escape($0) }
    }
}

extension ProgramRun.Ended {
    /// Ends well where a program that changes something did.
    ///
    /// - Throws: `ComponentsError` with code `programFailed`, the command as its subject, and its status and last lines
    ///   in the message.
    func check(_ command: [UInt8]) throws(ComponentsError) {
        guard let problem else { return }
        let lines = ProgramRun.lines(output + messages).suffix(5)
        throw ComponentsError(.programFailed, command, "\(problem): \(lines.joined(separator: " | "))")
    }
}
