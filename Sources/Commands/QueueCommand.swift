import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct QueueCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "List the feedback commits that wait for review, oldest first.",
        discussion: """
            A question mark after a name means that the author is inferred from the login sessions.

            Example: weft queue --node web1
            """
    )

    @Option(help: ArgumentHelp("Only commits of this node.", valueName: "node"))
    var node: String?
    @Flag(help: "End with 4 where something waits.")
    var exitCode = false
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let queue = try Queue(commits: context.server(server).queue(node: node))
        try context.printer.show(queue)
        return exitCode && !queue.commits.isEmpty ? .drift : .done
    }
}

extension Queue: Displayable {
    func lines(on page: Page) -> [Text] {
        guard !commits.isEmpty else { return ["Nothing waits for review."] }
        let rows = commits.map { commit in
            [
                Text(commit.id.short, .yellow), Text("\(commit.nodeName)"), Text(commit.author.short),
                Text(page.age(of: commit.at), .dim),
                Text(
                    commit.undecided == commit.changes
                        ? "\(commit.changes)" : "\(commit.undecided) of \(commit.changes)"
                ),
                Text(firstLine(commit.message)),
            ]
        }
        return Table(
            header: ["ID", "NODE", "AUTHOR", "WHEN", "CHANGES", "MESSAGE"],
            rows: rows,
            alignedRight: [4]
        )
        .lines(width: page.width)
    }
}
