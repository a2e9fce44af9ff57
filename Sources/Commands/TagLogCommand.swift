import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct TagLogCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Show the revisions of a tag, newest first.",
        discussion: """
            'weft revert TAG@NUMBER' puts back what one of them changed.

            Example: weft tag log web-server -n 5
            """
    )

    @Option(name: [.customShort("n"), .long], help: "How many at most.")
    var limit = 50
    @Option(help: ArgumentHelp("Only those before this one.", valueName: "number"))
    var before: Int64?
    @Argument(help: "The tag.")
    var tag: String
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...APILimits.revisionsPerPage).contains(limit) else {
            throw ValidationError(
                "--limit goes from 1 to \(APILimits.revisionsPerPage); --before NUMBER goes on from there"
            )
        }
        guard before.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--before takes a revision's number")
        }
    }

    func run(in context: Context) throws -> ExitStatus {
        let name = try TagName(tag)
        let revisions = try context.server().revisions(of: name, before: before, limit: limit)
        try context.printer.show(RevisionList(revisions: revisions))
        return .done
    }
}

extension RevisionList: Displayable {
    func lines(on page: Page) -> [Text] {
        guard !revisions.isEmpty else { return ["There is no revision."] }
        return Array(revisions.map { $0.lines(on: page) }.joined(separator: [""]))
    }
}

extension Revision {
    /// The revision as `git log` would show it.
    fileprivate func lines(on page: Page) -> [Text] {
        var lines = [
            Text("revision \(reference)", .yellow) + Text(digest.map { " (\($0.short))" } ?? "", .dim),
            Text("Author:  \(author)"),
            Text("Date:    \(page.dated(at))"),
        ]
        if let commit { lines.append(Text("Commit:  \(commit.short)")) }
        if let reverts { lines.append(Text("Reverts: \(tag)@\(reverts)")) }
        if let follows { lines.append(Text("Follows: \(follows)")) }
        lines += [""] + Text.lines(of: message, indentedBy: "    ") + [""]
        return lines + items.map(\.line)
    }
}
