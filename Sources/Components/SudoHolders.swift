internal import FabricModel
internal import LinuxSystem
internal import SystemPackage

/// Who may become root by sudo: people in the usual groups, and those whom a rule names.
///
/// *Source*: sudoers(5); only lines `NAME ALL…`, `%GROUP ALL…` and lists of such names are understood, so rather fewer
/// accounts are found than too many.
struct SudoHolders: Sendable {
    private var users: Set<[UInt8]> = []
    private var groups: Set<[UInt8]> = Set(["sudo", "wheel", "admin"].map { Array($0.utf8) })

    /// The rules below a root.
    ///
    /// - Throws: `ComponentsError` with code `unreadableFile`.
    init(below root: FilePath) throws(ComponentsError) {
        let folder = root.appending("etc")
        do throws(SystemError) {
            if let rules = try SystemFile.read(folder.appending("sudoers")) { add(rules) }
            let entries = try DirectoryListing.entries(of: folder.appending("sudoers.d")) ?? []
            for entry in entries where entry.status.kind == .regular && Self.isRead(entry.name) {
                let path = FilePath(
                    bytes: folder.appending("sudoers.d").bytes + [UInt8(ascii: "/")] + entry.name
                )
                if let rules = try SystemFile.read(path) { add(rules) }
            }
        } catch {
            throw ComponentsError(
                .unreadableFile,
                folder.appending("sudoers").bytes,
                error.message,
                cause: error
            )
        }
    }

    /// The users who may; none of the system, whose rules are for single programs.
    func holders(in accounts: Accounts) -> Set<ResourceKey> {
        let keys = accounts.users.values.filter { user in
            guard !accounts.definitions.isSystem(uid: user.uid) else { return false }
            let primary = accounts.group(user.gid).map { [$0.key.nameBytes] } ?? []
            let names = primary + user.groups.map { ResourceKey(.group, checked: $0).nameBytes }
            return users.contains(user.key.nameBytes) || !groups.isDisjoint(with: names)
        }
        return Set(keys.map(\.key))
    }

    /// sudo leaves out names with a dot and those that end in a tilde.
    private static func isRead(_ name: [UInt8]) -> Bool {
        !name.contains(UInt8(ascii: ".")) && name.last != UInt8(ascii: "~")
    }

    private mutating func add(_ rules: [UInt8]) {
        for line in rules.split(separator: UInt8(ascii: "\n")) {
            let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard words.count >= 2, words[1].starts(with: "ALL".utf8), words[0].first != UInt8(ascii: "#")
            else {
                continue
            }
            for name in words[0].split(separator: UInt8(ascii: ",")) {
                if name.first == UInt8(ascii: "%") {
                    groups.insert(Array(name.dropFirst()))
                } else {
                    users.insert(Array(name))
                }
            }
        }
    }
}
