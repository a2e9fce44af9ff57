import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct NodeShowCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a node: what it is, where it stands, which tags it includes.",
        discussion: """
            Example: weft node show web1
            """
    )

    @Argument(help: "The node's name, id, or an id's beginning or end.")
    var node: String
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        try GivenName.checkNode(node)
        try context.printer.show(context.server().node(node))
        return .done
    }
}

extension NodeSummary: Displayable {
    private func reported(_ page: Page) -> String {
        guard let convergence else { return "not reported" }
        let policy = convergence.report.applies ? "" : "; it only observes"
        return "\(self.convergence.summary)\(policy) (reported \(page.age(of: convergence.at)))"
    }

    /// The steps that failed, and that there are more.
    private var failures: [Text] {
        guard let report = convergence?.report, report.failed > 0 else { return [] }
        let more = report.failed - report.failures.count
        return report.failures.flatMap { failure in
            [Text("    failed: ", .red) + Text("\(failure.key)")]
                + Text.lines(of: failure.message, indentedBy: "        ")
        } + (more > 0 ? [Text("    … and \(more) more", .dim)] : [])
    }

    func lines(on page: Page) -> [Text] {
        let included = tags.isEmpty ? "(none)" : tags.map(\.text).joined(separator: ", ")
        return [
            Text("\(name)", .bold) + " is " + Text(state.rawValue, state.style),
            Text("Id:           \(id)"),
            Text("Machine id:   \(machineID ?? "(unknown)")"),
            Text("System:       \(operatingSystem ?? "(unknown)")"),
            Text("Registered:   \(page.dated(registeredAt))"),
            Text("Last contact: \(lastContact.map { page.dated($0) } ?? "never")"),
            Text("Tags:         \(TagName(ownTagOf: name)), then \(included)"),
            Text("Undecided:    \(counted(undecided, "change"))"),
            Text("Convergence:  \(reported(page))"),
        ]
            + failures
    }
}
