import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct TagShowCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a tag says of each resource that it names.",
        discussion: """
            Example: weft tag show web-server
            """
    )

    @Argument(help: "The tag.")
    var tag: String
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let name = try TagName(tag)
        try context.printer.show(context.server(server).tag(name))
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
        let rows = entries.map { item in
            [Text("\(item.key)"), Text(item.summary), Text("@\(item.revision)", .dim)]
        }
        return head
            + Table(header: ["RESOURCE", "ENTRY", "SET BY"], rows: rows, resources: [0])
            .lines(width: page.width)
    }

    private static func relation(of tag: TagSummary) -> String {
        tag.name.isShared ? "included by" : "the own tag of"
    }
}
