import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct RevertCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "revert",
        abstract: "Put back what a revision of a tag changed, as a new revision.",
        discussion: """
            A resource that the tag did not name before becomes unmanaged again, which removes nothing from any node. \
            What the revision dropped from own tags as equal comes back with it, so that those nodes stay as they are. With \
            --remove it becomes 'absent' instead, and nodes remove it: they are listed, and someone has to say yes.

            With resources, only these are put back and the rest of the revision stays.

            Example: weft revert web-server@41 --dry-run
            Example: weft revert web-server@41 /etc/ntp.conf
            """
    )

    @Argument(help: "The revision, TAG@NUMBER; 'weft tag log TAG' lists them.")
    var revision: String
    @Argument(help: "Resources of the revision; without one all of them.")
    var resources: [String] = []
    @Flag(help: "Have what the revision added removed from the nodes.")
    var remove = false
    @Flag(help: "Only show what would be done.")
    var dryRun = false
    @Flag(help: "Do not ask.")
    var yes = false
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        try GivenName.check(revision, "<revision>", "'weft tag log TAG' lists the revisions of a tag")
        let reference = try RevisionReference(revision)
        let keys = try resources.isEmpty ? nil : resources.map { try ResourceName.read($0) }
        let client = try context.server()
        if dryRun || remove && !yes {
            let plan = try client.revert(reference, Reversal(resources: keys, remove: remove, dryRun: true))
            guard !dryRun else {
                try context.printer.show(plan)
                return .done
            }
            try Confirmation.ask(
                plan,
                reference.description,
                "--remove takes things away from nodes, so nothing was done yet; give --yes to do it",
                context
            )
        }
        try context.printer.show(client.revert(reference, Reversal(resources: keys, remove: remove)))
        return .done
    }
}

extension ReversalResult: Displayable {
    func lines(on page: Page) -> [Text] {
        var lines = [
            revision.map { Text("Reverted as \($0.reference):", .green) }
                ?? Text("This would be done:", .bold)
        ]
        lines += items.map { item in
            let style: Text.Style? = item.after == .absent ? .red : nil
            return Text("    \(item.key)  \(item.sides.before) → ") + Text(item.sides.after, style)
        }
        if items.isEmpty { lines.append("    nothing: the tag says all of it already") }
        lines += ReachText.lines(nodes)
        lines += restored.map { override in
            Text(
                "\(revision == nil ? "would put" : "puts") back the override of \(override.node), which stays as it is: \(override.key)"
            )
        }
        return lines + dropped.lines(isPlan: revision == nil)
    }
}
