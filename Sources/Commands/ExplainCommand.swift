import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct ExplainCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say which tag gives a resource's value on a node, and which are shadowed.",
        discussion: """
            With --at, which tag gave it then: the tags are those that the node \
            included at that time, each as it was. \(GivenTime.help)

            Example: weft explain web1 /etc/ntp.conf
            Example: weft explain web1 /etc/ntp.conf --at '2026-11-22 20:03'
            """
    )

    @Argument(help: "The node's name, id, or an id's beginning or end.")
    var node: String
    @Argument(help: "The resource.")
    var resource: String
    @Option(help: ArgumentHelp("At this time, in UTC, or so long ago.", valueName: "time"))
    var at: String?
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        try GivenName.checkNode(node)
        let key = try ResourceName.read(resource)
        let time = try at.map { try GivenTime.read($0, now: context.now) }
        try context.printer.show(context.server().explanation(of: key, on: node, at: time))
        return .done
    }
}

extension Explanation: Displayable {
    func lines(on page: Page) -> [Text] {
        guard layers.contains(where: { $0.entry != nil }) else {
            let tags = layers.map(\.tag.text).joined(separator: ", ")
            let (be, names) = at == nil ? ("is", "names") : ("was", "named")
            return [Text("\(key) \(be) unmanaged on \(node)\(then(on: page)): no tag \(names) it (\(tags)).")]
        }
        let rows = layers.map { layer in
            let entry = layer.entry.summary + (layer.flags.map { ", \($0.summary)" } ?? "")
            let origin =
                layer.revision.map { "@\($0.number) by \($0.author), \(page.age(of: $0.at))" } ?? ""
            let state =
                layer.wins
                ? (at == nil ? "gives the value" : "gave the value") : layer.entry == nil ? "" : "shadowed"
            let style: Text.Style? = layer.wins ? .green : .dim
            return [Text("\(layer.tag)", style), Text(entry, style), Text(state, style), Text(origin, .dim)]
        }
        return [Text("\(key) on \(node)\(then(on: page))", .bold)]
            + Table(header: ["TAG", "ENTRY", "", "SET BY"], rows: rows).lines(width: page.width)
    }

    private func then(on page: Page) -> String {
        at.map { " at \(page.dated($0))" } ?? ""
    }
}
