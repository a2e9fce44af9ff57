import ArgumentParser
import FoundationEssentials
import SystemPackage
import TrialFabric

/// What the benchmark measures.
enum Group: String, CaseIterable, ExpressibleByArgument {
    case capture
    case burst
    case idle
    case rescan
    case packages
    case facts
    case server
    case converge

    func measure(_ programs: Programs) throws -> [Figure] {
        switch self {
        case .capture: try measureCapture(programs)
        case .burst: try measureBurst(programs)
        case .idle: try measureIdle(programs)
        case .rescan: try measureRescan(programs)
        case .packages: try measurePackages(programs)
        case .facts: try measureFacts()
        case .server: try measureServer(programs)
        case .converge: try measureConvergence(programs)
        }
    }
}

@main
struct WeftBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weft-bench",
        abstract:
            "Measures the programs as packages ship them, each figure against something done barely in the same run.",
        discussion:
            "Prints one JSON line per figure and exits with 1 if any is not ok. Needs root and an idle machine."
    )

    @Argument(
        help:
            "What to measure: \(Group.allCases.map(\.rawValue).joined(separator: ", ")). Default: everything."
    )
    var groups: [Group] = []

    func run() throws {
        let programs: Programs
        do {
            programs = try Self.build()
        } catch {
            throw ValidationError("the programs cannot be built: \(error)")
        }
        var isOK = true
        for group in groups.isEmpty ? Group.allCases : groups {
            let figures: [Figure]
            do {
                figures = try group.measure(programs)
            } catch {
                figures = [Figure(group.rawValue, failed: "\(error)")]
            }
            for figure in figures {
                try FileDescriptor.standardOutput.writeAll("\(figure.line)\n".utf8)
                isOK = isOK && figure.ok
            }
        }
        if !isOK { throw ExitCode(1) }
    }

    private static func build() throws -> Programs {
        let script = Programs.project.appending(path: "packaging/programs")
        let output = try runToEnd(script, [], within: 1800)
        guard output.status == 0 else { throw TrialError(output.errors) }
        return Programs(folder: Programs.project.appending(path: "packaging/out/bin"))
    }
}

/// Runs a measurement three times and gives the result that cost least.
func best<Result>(by cost: KeyPath<Result, Double>, _ measure: () throws -> Result) throws -> Result {
    var results: [Result] = []
    for _ in 0..<3 { results.append(try measure()) }
    guard let best = results.min(by: { $0[keyPath: cost] < $1[keyPath: cost] }) else {
        throw TrialError("nothing was measured")
    }
    return best
}
