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
        return [Text(heading, .bold)] + table.lines(width: page.width) + notes
    }

    /// What there is to say of steps; of those that are kept back for the same reason once.
    private var notes: [Text] {
        var told: Set<String> = []
        return steps.compactMap { step -> Text? in
            guard let message = step.message else { return nil }
            let label = Text("\(step.fate.label): ", step.fate.style)
            guard step.fate.isKeptBack else { return label + Text("\(step.key): \(message)") }
            return told.insert(message).inserted ? label + Text(message) : nil
        }
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
        case .waiting: "waits its turn"
        case .stopped: "stopped"
        case .paused: "paused"
        case .failed: "failed"
        case .open: "held: not committed yet"
        case .undecided: "held: waits for review"
        case .tolerated: "held: rejected, tolerated"
        case .conflicted: "held: conflict"
        }
    }

    /// Whether it would be taken if something besides the resource did not stand against it.
    fileprivate var isKeptBack: Bool { [.waiting, .stopped, .paused].contains(self) }

    fileprivate var style: Text.Style {
        switch self {
        case .apply: .green
        case .failed, .conflicted, .stopped: .red
        case .waiting, .paused, .open, .undecided, .tolerated: .yellow
        }
    }
}
