import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel
import Glibc
import LinuxSystem

struct TagSetCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Say in a tag what a resource should be.",
        discussion: """
            A file becomes what FILE on this machine is, with its mode, owner and group unless they are given; without \
            FILE the file of the same path is taken. A directory is written with a slash at its end. A package is wanted as \
            'any' (the default), '>=VERSION', '=VERSION', or '>=VERSION if installed', which installs it nowhere. A service \
            is 'enabled', 'disabled' or 'masked', and 'running' or 'stopped' where that is wanted too.

            Units given with --restart and --reload follow whenever a node changes the file or package, in place of those \
            that the tag had; without them these stay, and 'none' takes them away. Given alone they leave what the tag says \
            of the resource as it is.

            Where more than one node changes by it, these are listed, and someone has to say yes.

            Example: weft tag set web-server /etc/ntp.conf ./ntp.conf --owner root --group root --mode 0644 --restart ntp
            Example: weft tag set web-server package:nginx '>=1.22.1-9'
            Example: weft tag set web-server service:nginx enabled running
            Example: weft tag set web-server /etc/ntp.conf --restart none
            """
    )

    @OptionGroup var edit: TagEditOptions
    @Argument(
        help: ArgumentHelp(
            "A file on this machine, or what is wanted of a package or service.",
            valueName: "file-or-state"
        )
    )
    var states: [String] = []
    @Option(help: ArgumentHelp("A file's mode, in octal.", valueName: "mode"))
    var mode: String?
    @Option(help: ArgumentHelp("A file's owner, by name or number.", valueName: "user"))
    var owner: String?
    @Option(help: ArgumentHelp("A file's group, by name or number.", valueName: "group"))
    var group: String?
    @Option(
        help: ArgumentHelp(
            "A target that starts an enabled service; again for more. Without it the usual one, such as multi-user.target.",
            valueName: "unit"
        )
    )
    var wantedBy: [String] = []
    @OptionGroup var units: UnitOptions
    @Flag(help: "Set a file where this machine has a directory, or a directory where it has a file.")
    var force = false
    @Option(name: .shortAndLong, help: "Why; without it what is done.")
    var message: String?
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let key = try ResourceName.read(edit.resource)
        let name = try TagName(edit.tag)
        if key.kind != .service {
            guard states.count <= 1 else {
                throw refused("'\(states[1])' is one word too many; quote what belongs together")
            }
            guard wantedBy.isEmpty else { throw refused("--wanted-by is for services") }
        }
        let client = try context.server()
        let flags = try units.flags
        if flags != nil, key.kind != .file, key.kind != .package {
            throw refused("only files and packages have units that are restarted or reloaded with them")
        }
        if let flags, saysFlagsOnly, try client.tag(name).entries.contains(where: { $0.key == key }) {
            let message = message ?? "set what follows \(key)"
            try edit.apply(
                .init(key: key, entry: nil, flags: flags, keepsEntry: true),
                message,
                client,
                context
            )
            return .done
        }
        let entry =
            switch key.kind {
            case .file: try file(key, client, context)
            case .package: try package()
            case .service: try service(key)
            case .user, .group:
                throw refused(
                    "only files, packages and services are set by hand; change it on a node and approve that"
                )
            }
        let item = EditTag.Item(key: key, entry: entry, flags: flags)
        try edit.apply(item, message ?? "set \(key)", client, context)
        return .done
    }

    /// The file on this machine, or what is wanted.
    private var state: String? { states.first }

    /// Whether nothing is said of the resource itself.
    private var saysFlagsOnly: Bool {
        states.isEmpty && mode == nil && owner == nil && group == nil && !force
    }

    private func service(_ key: ResourceKey) throws -> Entry {
        try checkNoFileOptions()
        guard states != ["absent"] else { throw removal }
        return .service(try ServiceWords.read(states, wantedBy: wantedBy, key))
    }

    private func checkNoFileOptions() throws(CommandError) {
        guard mode == nil, owner == nil, group == nil, !force else {
            throw refused("--mode, --owner, --group and --force are for files")
        }
    }

    private func package() throws -> Entry {
        try checkNoFileOptions()
        guard state != "absent" else { throw removal }
        do throws(ModelError) {
            return .package(try PackageWish(state ?? "any"))
        } catch {
            // What is wrong with it says the message; whose it would be, the subject.
            throw ModelError(error.code, edit.resource, error.message)
        }
    }

    /// Says how to ask for what `absent` was to mean.
    private var removal: CommandError {
        refused(
            "'absent' is nothing to set; 'weft tag absent \(edit.tag) \(edit.resource)' has nodes remove it"
        )
    }

    private func file(_ key: ResourceKey, _ client: FabricClient, _ context: Context) throws -> Entry {
        let mode = try mode.map(LocalFile.mode)
        let owner = owner.map { LocalFile.account($0, AccountNames().uid) }
        let group = group.map { LocalFile.account($0, AccountNames().gid) }
        if state == "absent", access("absent", F_OK) != 0 { throw removal }
        let file = try LocalFile.read(path: state.map { Array($0.utf8) } ?? key.nameBytes)
        try check(file.state.type, for: key)
        var state = file.state
        if let mode { state.mode = mode }
        if let owner { state.owner = owner }
        if let group { state.group = group }
        if let content = file.content { try upload(content, of: key, client) }
        return .file(state)
    }

    /// Sends a content; where it is refused as a secret, the resource and the file are named instead of its digest.
    private func upload(_ content: [UInt8], of key: ResourceKey, _ client: FabricClient) throws {
        do throws(ClientError) {
            try client.upload(content)
        } catch {
            guard error.refusal?.code == .secretContent else { throw error }
            var named = error
            named.subject = key.description
            if let state { named.message = "\(EscapedText.normalize(state)): \(error.message)" }
            throw named
        }
    }

    /// Refuses a file for what is a directory, and the other way round, by how it is written and what is here.
    private func check(_ type: FileState.FileType, for key: ResourceKey) throws {
        let source = EscapedText.normalize(state ?? key.name)
        let isDirectory = type == .directory
        let whole = "write the whole path, such as \(key.name)/\(source.split(separator: "/").last ?? "")"
        if edit.resource.hasSuffix("/"), !isDirectory {
            let way = state == nil ? "write it without the slash" : "\(whole), or leave the slash out"
            throw refused("a slash at the end means a directory, and \(source) is a regular file; \(way)")
        }
        if !edit.resource.hasSuffix("/"), isDirectory, state != nil {
            throw refused("\(source) is a directory; write \(edit.resource)/ for what is to become one")
        }
        guard !force, let wasDirectory = try LocalFile.isDirectory(key.nameBytes), wasDirectory != isDirectory
        else { return }
        let consent = "give --force if nodes are to have it so"
        throw refused(
            wasDirectory
                ? "it is a directory on this machine, and \(source) is a regular file; \(whole), or \(consent)"
                : "it is no directory on this machine, and \(source) is one; \(consent)"
        )
    }

    private func refused(_ reason: String) -> CommandError {
        CommandError(.usage, edit.resource, reason)
    }
}
