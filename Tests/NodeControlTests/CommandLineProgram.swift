import Foundation

/// A program that a test runs to its end.
enum CommandLineProgram {
    struct Ended {
        var status: Int32
        /// What it wrote, errors too.
        var output: String
    }

    /// Runs a program, found through `PATH`, and ends it after a time limit.
    static func run(_ arguments: [String], seconds: Int = 60) throws -> Ended {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "--signal=KILL", String(seconds)] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Ended(status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
    }
}
