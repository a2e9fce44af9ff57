import ArgumentParser
import FabricAPI
import FabricModel

struct TagUnsetCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "unset",
        abstract: "Make a resource unmanaged by a tag; no node loses anything.",
        discussion: """
            Where more than one node changes by it, these are listed, and someone has to say yes.

            Example: weft tag unset web-server /etc/ntp.conf
            """
    )

    @OptionGroup var edit: TagEditOptions
    @Option(name: .shortAndLong, help: "Why; without it what is done.")
    var message: String?
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let key = try ResourceName.read(edit.resource)
        _ = try TagName(edit.tag)
        let item = EditTag.Item(key: key, entry: nil)
        try edit.apply(item, message ?? "unset \(key)", context.server(), context)
        return .done
    }
}
