import Glibc
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

    /// Whether a program is installed.
    static func exists(_ program: String) -> Bool {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
    }
}
