import ArgumentParser
import FabricModel
import NodeControl

struct LogCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Show the changes recorded on this machine, newest first.",
        discussion: """
            A question mark after a name means that the author is inferred from the login sessions.

            Example: weft log -n 20 /etc/ssh
            """
    )

    @Option(name: [.customShort("n"), .long], help: "How many at most.")
    var limit = 100
    @Argument(help: "A resource, or a directory for everything below it.")
    var path: String?
    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...LogQuery.largestLimit).contains(limit) else {
            throw ValidationError("--limit goes from 1 to \(LogQuery.largestLimit)")
        }
    }

    func run(in context: Context) throws -> ExitStatus {
        let selection = try path.map { try ResourceName.readSelection($0, in: context.directory) }
        let query = LogQuery(selection: selection, limit: limit)
        try context.printer.show(Log(changes: context.daemon(daemon).log(query)))
        return .done
    }
}

private struct Log: Displayable {
    var changes: [LoggedChange]

    func lines(on page: Page) -> [Text] {
        guard !changes.isEmpty else { return ["Nothing is recorded here yet."] }
        let rows = changes.map { change in
            [
                Text(page.age(of: change.at) + (change.isLate ? " (found late)" : ""), .dim),
                Text(change.actor.short),
                Text(Self.label(of: change.state), Self.style(of: change.state)),
                Text(change.commit?.short ?? ""),
                Text(change.what.rawValue), Text("\(change.key)"),
                Text(firstLine(change.message ?? ""), .dim),
            ]
        }
        return Table(
            header: ["WHEN", "WHO", "STATE", "COMMIT", "WHAT", "RESOURCE", "MESSAGE"],
            rows: rows,
            resources: [5]
        )
        .lines(width: page.width)
    }

    private static func label(of state: LoggedChange.State) -> String {
        state == .rollBack ? "rejected, to be put back" : state.rawValue
    }

    private static func style(of state: LoggedChange.State) -> Text.Style? {
        switch state {
        case .open, .committed, .queued: .yellow
        case .settled: nil
        case .approved: .green
        case .rejected, .rollBack: .red
        }
    }
}
