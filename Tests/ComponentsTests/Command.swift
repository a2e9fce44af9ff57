import SystemPackage

@testable import Components

/// Runs the real programs that tests compare with.
enum Command {
    /// The output of a program that must succeed within a minute.
    @discardableResult
    static func run(_ program: String, _ arguments: String...) throws -> String {
        try run(program, arguments)
    }

    @discardableResult
    static func run(_ program: String, _ arguments: [String]) throws -> String {
        String(decoding: try ProgramRun.output(of: program, arguments, time: .seconds(60)), as: UTF8.self)
    }

    /// Whether a program can be started.
    static func exists(_ program: String) -> Bool {
        (try? run(program, "--version")) != nil
    }
}
