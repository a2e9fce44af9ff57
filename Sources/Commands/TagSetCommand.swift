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
            FILE the file of the same path is taken. A directory is written with a slash at its end. A package is wanted as 'any' (the default), '>=VERSION' or \
            '=VERSION'.

            Example: weft tag set web-server /etc/ntp.conf ./ntp.conf --owner root --group root --mode 0644
            Example: weft tag set web-server package:nginx '>=1.22.1-9'
            """
    )

    @OptionGroup var edit: TagEditOptions
    @Argument(
        help: ArgumentHelp(
            "A file on this machine, or what is wanted of a package.",
            valueName: "file-or-state"
        )
    )
    var state: String?
    @Option(help: ArgumentHelp("A file's mode, in octal.", valueName: "mode"))
    var mode: String?
    @Option(help: ArgumentHelp("A file's owner, by name or number.", valueName: "user"))
    var owner: String?
    @Option(help: ArgumentHelp("A file's group, by name or number.", valueName: "group"))
    var group: String?
    @Flag(help: "Set a file where this machine has a directory, or a directory where it has a file.")
    var force = false
    @Option(name: .shortAndLong, help: "Why; without it what is done.")
    var message: String?
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let key = try ResourceName.read(edit.resource)
        _ = try TagName(edit.tag)
        let client = try context.server(server)
        let entry =
            switch key.kind {
            case .file: try file(key, client, context)
            case .package: try package()
            case .service, .user, .group:
                throw refused("only files and packages are set by hand; change it on a node and approve that")
            }
        try edit.apply(entry, key, message: message ?? "set \(key)", client, context)
        return .done
    }

    private func package() throws -> Entry {
        guard mode == nil, owner == nil, group == nil, !force else {
            throw refused("--mode, --owner, --group and --force are for files")
        }
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
