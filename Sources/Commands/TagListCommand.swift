import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct TagListCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List all tags, the own tags of nodes too.",
        discussion: """
            Example: weft tag list
            """
    )

    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        try context.printer.show(TagList(tags: context.server().tags()))
        return .done
    }
}

extension TagList: Displayable {
    func lines(on page: Page) -> [Text] {
        guard !tags.isEmpty else { return ["There is no tag yet; 'weft tag create NAME' makes one."] }
        // Shared tags first: they are what a person chooses from.
        let sorted = tags.filter(\.name.isShared) + tags.filter { !$0.name.isShared }
        let rows = sorted.map { tag in
            [
                Text("\(tag.name)", tag.name.isShared ? .bold : nil), Text("\(tag.entries)"),
                Text("\(tag.revision)"), Text(tag.atOnce.map { "\($0)" } ?? ""),
                Text(tag.nodes.map(\.text).joined(separator: ", ")),
            ]
        }
        let header = ["TAG", "ENTRIES", "REVISION", "AT ONCE", "NODES"]
        let table = Table(header: header, rows: rows, alignedRight: [1, 2, 3]).lines(width: page.width)
        var pauses: [Pause] = []
        for pause in sorted.compactMap(\.pause) where !pauses.contains(pause) { pauses.append(pause) }
        return table + pauses.flatMap { [""] + $0.lines(on: page) }
            + sorted.compactMap(\.stop).flatMap { [""] + $0.lines(on: page) }
    }
}
