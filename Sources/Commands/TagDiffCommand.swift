import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel
import NodeControl

struct TagDiffCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show how a tag differs from one of its revisions to another.",
        discussion: """
            Files are shown as unified diffs. That needs the role reviewer; without it \
            the entries alone are shown, and the exit status is 3.

            Example: weft tag diff web-server@41
            Example: weft tag diff web-server@41 web-server@44
            """
    )

    @Argument(help: "The revision from which on, TAG@NUMBER.")
    var from: String
    @Argument(help: "The revision up to which, of the same tag; without it the newest.")
    var to: String?
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let old = try RevisionReference(from)
        let new = try to.map { try RevisionReference($0) }
        guard new?.tag ?? old.tag == old.tag else {
            throw CommandError(.usage, to ?? "", "this is a revision of another tag; give two of one tag")
        }
        let client = try context.server()
        let difference = try client.difference(from: old, to: new?.number)
        guard !context.printer.isJSON else {
            try context.printer.showJSON(difference)
            return .done
        }
        let sides = "\(difference.tag)@\(difference.from) and @\(difference.to)"
        guard !difference.items.isEmpty else {
            context.printer.write(Text("\(sides) say the same."))
            return .done
        }
        context.printer.write(Text("Between \(sides):", .bold))
        var contents = ReviewedContents(client)
        var status = ExitStatus.done
        for item in difference.items {
            context.printer.write(item.line)
            guard let change = item.change else { continue }
            let text = ChangeText(change: change)
            guard text.hasContent else { continue }
            let (lines, failure) = text.body(
                before: try contents.of(change.before),
                after: try contents.of(change.after),
                environment: context.environment
            )
            context.printer.write(lines)
            if failure != nil { status = .partlyDone }
        }
        return contents.isRefused ? .partlyDone : status
    }
}

extension Revision.Item {
    /// As the change of a file, to compare contents; `nil` for other kinds.
    fileprivate var change: Change? {
        guard key.kind == .file else { return nil }
        return Change(
            key: key,
            before: Self.state(of: before),
            after: Self.state(of: after),
            at: Timestamp(seconds: 0)
        )
    }

    private static func state(of entry: Entry?) -> ResourceState {
        if case .file(let state) = entry { .file(state) } else { .absent }
    }
}
