import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct QueueCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "List the feedback commits that wait for review, oldest first.",
        discussion: """
            A question mark after a name means that the author is inferred from the login sessions. A conflict is a change of \
            which a tag of the node wants something else than what was before and what is now; 'weft show' tells what.

            Example: weft queue --node web1
            """
    )

    @Option(help: ArgumentHelp("Only commits of this node.", valueName: "node"))
    var node: String?
    @Option(name: [.customShort("n"), .long], help: "How many at most; without it all.")
    var limit: Int?
    @Flag(help: "End with 4 where something waits.")
    var exitCode = false
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard limit.map({ (1...APILimits.rowsPerPage).contains($0) }) ?? true else {
            throw ValidationError(
                "--limit goes from 1 to \(APILimits.rowsPerPage); without it all are listed"
            )
        }
    }

    func run(in context: Context) throws -> ExitStatus {
        if let node { try GivenName.checkNode(node, "--node") }
        let client = try context.server()
        let queue =
            if let limit {
                try client.queue(node: node, after: nil, limit: limit)
            } else {
                Queue(commits: try client.queue(node: node))
            }
        try context.printer.show(queue)
        return exitCode && !queue.commits.isEmpty ? .drift : .done
    }
}

extension Queue: Displayable {
    func lines(on page: Page) -> [Text] {
        guard !commits.isEmpty else { return ["Nothing waits for review."] }
        // A column that says nothing would take its room from the messages.
        let hasConflicts = commits.contains { $0.conflicts > 0 }
        let rows = commits.map { commit in
            let conflicts = Text(commit.conflicts > 0 ? "\(commit.conflicts)" : "", .red)
            return [
                Text(commit.id.short, .yellow), Text("\(commit.nodeName)"), Text(commit.author.short),
                Text(page.age(of: commit.at), .dim),
                Text(
                    commit.undecided == commit.changes
                        ? "\(commit.changes)" : "\(commit.undecided) of \(commit.changes)"
                ),
            ] + (hasConflicts ? [conflicts] : []) + [Text(firstLine(commit.message))]
        }
        let table = Table(
            header: ["ID", "NODE", "AUTHOR", "WHEN", "CHANGES"] + (hasConflicts ? ["CONFLICTS"] : [])
                + ["MESSAGE"],
            rows: rows,
            alignedRight: hasConflicts ? [4, 5] : [4]
        )
        return table.lines(width: page.width) + (next == nil ? [] : [Text("… and more", .dim)])
    }
}
