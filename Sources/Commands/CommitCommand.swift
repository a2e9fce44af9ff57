import ArgumentParser
import FabricModel
import NodeControl

struct CommitCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "commit",
        abstract: "Put open changes of this machine into a feedback commit, and say why.",
        discussion: """
            Without a message one is written from the changes. Without a path all open changes are taken.

            Example: weft commit -m "open port 2222 for backup" /etc/ssh
            """
    )

    @Option(name: .shortAndLong, help: "Why it was done.")
    var message: String?
    @Argument(help: "Resources or paths, also relative ones.")
    var path: [String] = []
    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
        var commits: [MadeCommit]
    }

    func run(in context: Context) throws -> ExitStatus {
        guard message?.contains(where: { !$0.isWhitespace }) ?? true else {
            throw CommandError(.usage, "--message", "it is empty; leave it out to have one written")
        }
        let selection = try path.map { try ResourceName.readSelection($0, in: context.directory) }
        let request = CommitRequest(message: message, selection: selection)
        let commits = try context.daemon(daemon).commit(request)
        try context.printer.show(
            Answer(commits: commits),
            as: commits.map { commit in
                Text("[\(commit.id.short)]", .yellow) + Text(" \(firstLine(commit.message))")
                    + Text(", \(counted(commit.changes, "change"))")
            }
        )
        return .done
    }
}
