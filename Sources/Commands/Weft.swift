import ArgumentParser
import FabricModel
import Glibc
import LinuxSystem
import SystemPackage

/// The program `weft`.
public enum Weft {
    /// The program's version.
    public static let version = "0.1.0"

    /// Runs a command line, without the program's name, and returns the exit status.
    public static func run(_ arguments: [String]) -> Int32 {
        let output = BufferedOutput(.standardOutput)
        let environment = ProcessEnvironment.all()
        let console = Console.standard(output, environment)
        let page = Page(now: Timestamp(microseconds: WallClock.microseconds()), width: console.width)
        let status = run(arguments, console, page, environment, directory: ProcessEnvironment.directory())
        do {
            try output.flush()
        } catch {
            let failure = FailureReport(
                CommandError(.outputFailed, "standard output", "it cannot be written: \(error)")
            )
            Printer(console: console, page: page, isJSON: arguments.contains("--json")).report(failure)
            return failure.status.rawValue
        }
        return status.rawValue
    }

    static func run(
        _ arguments: [String],
        _ console: Console,
        _ page: Page,
        _ environment: [String: String],
        directory: String
    ) -> ExitStatus {
        // Known before the command line is, so that an error in it is JSON too.
        var printer = Printer(console: console, page: page, isJSON: arguments.contains("--json"))
        do {
            let command = try WeftCommand.parseAsRoot(arguments)
            guard let command = command as? any Subcommand else {
                var group = command
                try group.run()
                return .done
            }
            printer = Printer(console: console, page: page, isJSON: command.output.json)
            return try command.run(
                in: Context(printer: printer, environment: environment, directory: directory)
            )
        } catch let error where WeftCommand.exitCode(for: error) == .success {
            console.write(WeftCommand.fullMessage(for: error) + "\n")
            return .done
        } catch {
            return fail(error, printer)
        }
    }

    private static func fail(_ error: any Error, _ printer: Printer) -> ExitStatus {
        guard WeftCommand.exitCode(for: error) == .validationFailure else {
            let failure = FailureReport(error)
            // Whoever ended it knows.
            if failure.status != .interrupted { printer.report(failure) }
            return failure.status
        }
        let usage = WeftCommand.fullMessage(for: error)
            .lines
        let failure = FailureReport(CommandError(.usage, "usage", WeftCommand.message(for: error)))
        if printer.isJSON {
            printer.report(failure)
        } else {
            let first = Text("weft: \(WeftCommand.message(for: error))").plain
            let rest = usage.dropFirst().map { Text($0).plain }
            printer.console.writeError(([first] + rest).joined(separator: "\n") + "\n")
        }
        return failure.status
    }
}
