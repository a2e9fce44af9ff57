import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct AuditCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "List who wrote to the server, from where, and what was refused, newest first.",
        discussion: """
            It needs the role reviewer. Refused writes have the code of the refusal as \
            their outcome. Of a flood of them not all are written down: how many are \
            missing stands with the next one.

            \(GivenTime.help)

            Example: weft audit --since 2d --subject web-server
            """
    )

    @Option(
        help: ArgumentHelp("Only what this one asked for: a token's name, or a node's.", valueName: "name")
    )
    var principal: String?
    @Option(help: ArgumentHelp("Only this, such as approve or edit.", valueName: "action"))
    var action: String?
    @Option(
        help: ArgumentHelp(
            "Only about this: a tag, a node, a revision, a commit's whole id.",
            valueName: "text"
        )
    )
    var subject: String?
    @Option(help: ArgumentHelp("Only since this time, in UTC, or since so long ago.", valueName: "time"))
    var since: String?
    @Option(help: ArgumentHelp("Only those before this entry, by its id in --json.", valueName: "id"))
    var before: Int64?
    @Option(name: [.customShort("n"), .long], help: "How many at most.")
    var limit = 50
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...APILimits.rowsPerPage).contains(limit) else {
            throw ValidationError("--limit goes from 1 to \(APILimits.rowsPerPage)")
        }
        guard before.map({ $0 > 0 }) ?? true else { throw ValidationError("--before takes an entry's id") }
    }

    func run(in context: Context) throws -> ExitStatus {
        let filter = AuditFilter(
            principal: principal,
            action: action,
            subject: subject,
            since: try since.map { try GivenTime.read($0, now: context.now) }
        )
        try context.printer.show(context.server().audit(filter, before: before, limit: limit))
        return .done
    }
}

extension AuditList: Displayable {
    func lines(on page: Page) -> [Text] {
        guard !entries.isEmpty else { return ["The log has no such entry."] }
        let rows = entries.map { entry in
            let isDone = entry.outcome == AuditEntry.done
            let omitted = entry.omitted.map { " (and \(counted($0, "refusal")) before it)" } ?? ""
            return [
                Text(page.age(of: entry.at), .dim), Text(entry.principal ?? "unknown"),
                Text(entry.address ?? "the server"), Text(entry.action, .bold),
                Text(entry.outcome, isDone ? .green : .red), Text(entry.subject),
                Text(firstLine(entry.detail ?? "") + omitted, .dim),
            ]
        }
        let header = ["WHEN", "WHO", "FROM", "ACTION", "OUTCOME", "SUBJECT", "DETAIL"]
        let table = Table(header: header, rows: rows)
        let lines = table.lines()
        let more: [Text] =
            next.map { [Text("… and more: --before \($0)", .dim)] } ?? []
        guard let width = page.width, lines.contains(where: { $0.width > width }) else { return lines + more }
        // Each entry on lines of its own, where a row of all its parts would be too long.
        let heads = Table(rows: rows.map { Array($0.prefix(5)) }).lines(width: width)
        return zip(heads, rows)
            .flatMap { head, row in
                [head, (Text("    ") + row[5]).shortened(to: width)]
                    + Text.wrapped(row[6].plain, indentedBy: "    ", in: width, .dim)
            } + more
    }
}
