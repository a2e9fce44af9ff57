import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct TagShowCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a tag says of each resource that it names.",
        discussion: """
            With TAG@NUMBER, what it said after that revision; 'weft tag at' shows it \
            for a time. In parentheses stands the beginning of the revision's digest, \
            which covers all before it.

            Example: weft tag show web-server
            Example: weft tag show web-server@41
            """
    )

    @Argument(help: "The tag, or a revision of it, TAG@NUMBER.")
    var tag: String
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        if tag.contains("@") {
            let revision = try RevisionReference(tag)
            try context.printer.show(context.server().state(at: revision))
            return .done
        }
        let name = try TagName(tag)
        try context.printer.show(context.server().tag(name))
        return .done
    }
}

extension TagDetail: Displayable {
    func lines(on page: Page) -> [Text] {
        let nodes = tag.nodes.isEmpty ? "no node" : tag.nodes.map(\.text).joined(separator: ", ")
        let limit = tag.atOnce.map { ", \($0) at a time" } ?? ""
        let digest = self.head.map { " (\($0.short))" } ?? ""
        var head = [
            Text("\(tag.name)", .bold)
                + Text(" at revision \(tag.revision)\(digest), \(Self.relation(of: tag)) \(nodes)\(limit)")
        ]
        head += (tag.pause?.lines(on: page) ?? []) + (tag.stop?.lines(on: page) ?? []) + [""]
        guard !entries.isEmpty else { return head + ["It names no resource."] }
        return head + entries.table(on: page)
    }

    private static func relation(of tag: TagSummary) -> String {
        tag.name.isShared ? "included by" : "the own tag of"
    }
}
