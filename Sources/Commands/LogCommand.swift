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
        let table = Table(
            header: ["WHEN", "WHO", "STATE", "COMMIT", "WHAT", "RESOURCE", "MESSAGE"],
            rows: changes.map { change in
                head(of: change, page)
                    + [
                        Text(change.what.rawValue), Text("\(change.key)"),
                        Text(Self.words(of: change).joined(separator: "; "), .dim),
                    ]
            },
            resources: [5]
        )
        let lines = table.lines()
        guard let width = page.width, lines.contains(where: { $0.width > width }) else { return lines }
        return narrow(page, width)
    }

    /// Each change on lines of its own, where a row of all its parts would be too long.
    private func narrow(_ page: Page, _ width: Int) -> [Text] {
        let heads = Table(rows: changes.map { head(of: $0, page) }).lines(width: width)
        return zip(heads, changes)
            .flatMap { head, change in
                let what = Text("    \(change.what.rawValue)  \(change.key)", .bold).shortened(to: width)
                let words = Self.words(of: change)
                    .flatMap { Text.wrapped($0, indentedBy: "        ", in: width, .dim) }
                return [head, what] + words
            }
    }

    private func head(of change: LoggedChange, _ page: Page) -> [Text] {
        [
            Text(page.age(of: change.at) + (change.isLate ? " (found late)" : ""), .dim),
            Text(change.actor.short),
            Text(Self.label(of: change), Self.style(of: change.state)),
            Text(change.commit?.short ?? ""),
        ]
    }

    /// What the admin said, what the reviewer said where it was not approved, and what stood against that.
    private static func words(of change: LoggedChange) -> [String] {
        var words = [change.message.map { firstLine($0) }]
        if change.state != .approved, let by = change.by {
            words.append(change.reason.map { "\(by): \(firstLine($0))" } ?? "by \(by)")
        }
        words.append(change.obstacle.map { "not put back: \(firstLine($0))" })
        return words.compactMap(\.self).filter { !$0.isEmpty }
    }

    private static func label(of change: LoggedChange) -> String {
        switch change.state {
        case .rollBack: "rejected, to be put back"
        case .rolledBack: "rejected, put back"
        default: change.state.rawValue
        }
    }

    private static func style(of state: LoggedChange.State) -> Text.Style? {
        switch state {
        case .open, .committed, .queued: .yellow
        case .settled, .rolledBack: nil
        case .approved: .green
        case .rejected, .rollBack: .red
        }
    }
}
