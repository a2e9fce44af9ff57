import ArgumentParser
import FabricModel
import NodeControl

struct PlanCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what this machine's tags would change on it; nothing is touched.",
        discussion: """
            A machine whose own setting is 'policy: apply' makes these changes by itself; one that only observes leaves \
            them to you.

            Example: weft plan
            """
    )

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        try context.printer.show(context.daemon(daemon).plan())
        return .done
    }
}

extension NodePlan: Displayable {
    func lines(on page: Page) -> [Text] {
        guard isKnown || !steps.isEmpty else {
            return ["The server has not said yet what this machine should be."]
        }
        guard !steps.isEmpty else { return ["This machine is what its tags say."] }
        let table = Table(
            rows: steps.map { step in
                [
                    Text("    \(step.fate.label)", step.fate.style), Text("\(step.key)"),
                    Text("\(step.current) → \(step.wanted)"), Text(step.origin, .dim),
                ]
            },
            resources: [1]
        )
        let heading =
            policy == .apply
            ? "What this machine's tags change on it:"
            : "What this machine's tags would change on it; it only observes:"
        let notes = steps.compactMap { step in
            step.message.map { Text("\(step.fate.label): ", step.fate.style) + Text("\(step.key): \($0)") }
        }
        return [Text(heading, .bold)] + table.lines(width: page.width) + notes
    }
}

extension PlannedStep {
    /// The revision that wants it, or the commit that is put back.
    fileprivate var origin: String {
        commit.map { "roll back commit \($0.short)" } ?? revision?.description ?? ""
    }
}

extension PlannedStep.Fate {
    fileprivate var label: String {
        switch self {
        case .apply: "to do"
        case .failed: "failed"
        case .open: "held: not committed yet"
        case .undecided: "held: waits for review"
        case .tolerated: "held: rejected, tolerated"
        case .conflicted: "held: conflict"
        }
    }

    fileprivate var style: Text.Style {
        switch self {
        case .apply: .green
        case .failed, .conflicted: .red
        case .open, .undecided, .tolerated: .yellow
        }
    }
}
