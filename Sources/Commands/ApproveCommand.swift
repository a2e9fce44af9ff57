import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct ApproveCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Take changes of a feedback commit into a tag: all of them or none.",
        discussion: """
            Into the node's own tag, unless --into names a shared one; from there all nodes that include it get them. \
            Where the tag says something else than the change began with, nothing is written and the exit status is 13.

            Example: weft approve 4f2a91c0 --into web-server --changes 1,3-5
            """
    )

    @Argument(help: "The commit's id, or its beginning or end.")
    var id: String
    @Option(help: ArgumentHelp("A shared tag; 'node' is the node's own tag.", valueName: "tag"))
    var into = "node"
    @OptionGroup var selection: ChangeSelection
    @Option(name: .shortAndLong, help: "The revision's message; without it the commit's.")
    var message: String?
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let tag = into == "node" ? nil : try TagName(into)
        let approval = Approval(into: tag, changes: try selection.numbers, message: message)
        let result = try context.server(server).approve(id, approval)
        try context.printer.show(result)
        return .done
    }
}

/// For commands that decide on changes of a commit.
struct ChangeSelection: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only these changes, such as 1,3-5; without it all that wait.",
            valueName: "numbers"
        )
    )
    var changes: String?

    var numbers: [Int]? {
        get throws { try changes.map(ChangeNumbers.read) }
    }
}

extension ApprovalResult: Displayable {
    func lines(on page: Page) -> [Text] {
        var lines: [Text] = []
        if let revision {
            lines.append(Text("Approved as \(revision.reference):", .green))
            lines += revision.items.map { Text("    \($0.key)  \($0.before.summary) → \($0.after.summary)") }
        }
        if !unchanged.isEmpty {
            let said =
                unchanged.count == 1 ? "Change \(unchanged[0])" : "Changes \(ChangeNumbers.write(unchanged))"
            lines.append(Text("\(said): the tag said so already."))
        }
        return lines
    }
}
