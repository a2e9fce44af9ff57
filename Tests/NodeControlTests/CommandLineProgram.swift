import FoundationEssentials
import TrialFabric

/// A program that a test runs to its end.
enum CommandLineProgram {
    struct Ended {
        var status: Int32
        /// What it wrote, errors last.
        var output: String
    }

    /// Runs a program, found through `PATH`, and ends it after a time limit.
    static func run(_ arguments: [String], seconds: Int = 60) throws -> Ended {
        let ended = try runToEnd(
            URL(filePath: "/usr/bin/env"),
            ["timeout", "--signal=KILL", String(seconds)] + arguments,
            within: Double(seconds) + 10
        )
        return Ended(status: ended.status, output: ended.text + ended.errors)
    }
}
