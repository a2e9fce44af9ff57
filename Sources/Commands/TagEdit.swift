import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

/// For commands that change what a tag says of one resource.
struct TagEditOptions: ParsableArguments {
    @Argument(help: "The tag: a shared one, or node:NAME for the own tag of a node.")
    var tag: String
    @Argument(help: "The resource, such as /etc/ntp.conf or package:chrony.")
    var resource: String

    @OptionGroup var consent: ConsentOptions

    /// Gives the resource what the item says, where somebody has consented to what it does to nodes, and says what came of
    /// it.
    func apply(
        _ item: EditTag.Item,
        _ message: String,
        _ client: FabricClient,
        _ context: Context
    ) throws {
        let edit = EditTag(items: [item], message: message)
        let name = try TagName(tag)
        let isAllowed = try consent.allow(name, name.text, context) {
            let plan = try client.plan(edit, of: name)
            return (plan, plan.nodes.count)
        }
        guard isAllowed else { return }
        let revision = try client.edit(name, edit)
        try context.printer.show(EditResult(revision: revision), as: Self.lines(revision, tag))
    }

    private struct EditResult: Encodable {
        /// `nil` when the tag said so already.
        var revision: Revision?
    }

    private static func lines(_ revision: Revision?, _ tag: String) -> [Text] {
        guard let revision else { return [Text("\(tag) says so already; nothing was changed.")] }
        return [Text("\(revision.reference):", .green)]
            + revision.items.map(\.line)
    }
}
