import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct ExplainCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say which tag gives a resource's value on a node, and which are shadowed.",
        discussion: """
            Example: weft explain web1 /etc/ntp.conf
            """
    )

    @Argument(help: "The node's name, id, or an id's beginning or end.")
    var node: String
    @Argument(help: "The resource.")
    var resource: String
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        try GivenName.checkNode(node)
        let key = try ResourceName.read(resource)
        try context.printer.show(context.server(server).explanation(of: key, on: node))
        return .done
    }
}

extension Explanation: Displayable {
    func lines(on page: Page) -> [Text] {
        guard layers.contains(where: { $0.entry != nil }) else {
            let tags = layers.map(\.tag.text).joined(separator: ", ")
            return [Text("\(key) is unmanaged on \(node): no tag names it (\(tags)).")]
        }
        let rows = layers.map { layer in
            let entry = layer.entry.summary + (layer.flags.map { ", \($0.summary)" } ?? "")
            let origin =
                layer.revision.map { "@\($0.number) by \($0.author), \(page.age(of: $0.at))" } ?? ""
            let state = layer.wins ? "gives the value" : layer.entry == nil ? "" : "shadowed"
            let style: Text.Style? = layer.wins ? .green : .dim
            return [Text("\(layer.tag)", style), Text(entry, style), Text(state, style), Text(origin, .dim)]
        }
        return [Text("\(key) on \(node)", .bold)]
            + Table(header: ["TAG", "ENTRY", "", "SET BY"], rows: rows).lines(width: page.width)
    }
}
