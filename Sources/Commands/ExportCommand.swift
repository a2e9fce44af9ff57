import ArgumentParser
import FabricAPI
import FabricClient

struct ExportCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the history of all tags into a git repository, or the nodes for another tool.",
        discussion: """
            With --git each revision is a commit, with its author and time, and each \
            entry a file: tags/NAME/ and nodes/NAME/ have KIND/RESOURCE.json, and \
            contents/PATH where an entry has a content. Run again, it adds what is \
            new; the commits say themselves how far it got. It needs the role \
            reviewer, for contents. A content that is redacted later stays in the \
            repository: export into a new one then.

            --ansible prints a dynamic inventory, --prometheus targets for service \
            discovery.

            Example: weft export --git /srv/fabric.git
            """
    )

    @Option(help: ArgumentHelp("The repository; it is made where there is none.", valueName: "folder"))
    var git: String?
    @Flag(help: "Print all nodes as an inventory of Ansible.")
    var ansible = false
    @Flag(help: "Print all nodes as targets of Prometheus.")
    var prometheus = false
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard [git != nil, ansible, prometheus].count(where: { $0 }) == 1 else {
            throw ValidationError("give one of --git, --ansible and --prometheus")
        }
    }

    func run(in context: Context) throws -> ExitStatus {
        let client = try context.server()
        guard let git else {
            let json = try client.export(ansible ? .ansible : .prometheus)
            context.console.write(String(decoding: json, as: UTF8.self) + "\n")
            return .done
        }
        let path = git.hasPrefix("/") ? git : "\(context.directory)/\(git)"
        let repository = GitRepository(path: path, environment: context.environment)
        let count = try GitExport(client: client, repository: repository).run()
        let told = count == 0 ? "Nothing is new" : "\(counted(count, "revision")) added to \(git)"
        try context.printer.show(["revisions": count], as: [Text(told)])
        return .done
    }
}
