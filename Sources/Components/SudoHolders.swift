internal import FabricModel
internal import LinuxSystem
internal import SystemPackage

/// Who may become root by sudo, as the rules of the node's own files say.
///
/// *Source*: sudoers(5).
struct SudoHolders: Sendable {
    /// Groups whose members may use sudo wherever it was set up as usual.
    private static let usual = Set(["sudo", "wheel", "admin"].map { Array($0.utf8) })

    private let rules: SudoRules
    /// Whether there are rules of the node's own.
    private let hasFile: Bool

    /// The rules below a root.
    ///
    /// - Throws: `ComponentsError` with code `unreadableFile`.
    init(below root: FilePath) throws(ComponentsError) {
        let folder = root.appending("etc")
        do throws(SystemError) {
            let main = try SystemFile.read(folder.appending("sudoers"))
            hasFile = main != nil
            var files = [main ?? []]
            let entries = try DirectoryListing.entries(of: folder.appending("sudoers.d")) ?? []
            for entry in entries where Self.isRead(entry.name) && entry.status.kind != .directory {
                let path = FilePath(
                    bytes: folder.appending("sudoers.d").bytes + [UInt8(ascii: "/")] + entry.name
                )
                if let rules = try SystemFile.read(path) { files.append(rules) }
            }
            rules = SudoRules(files)
        } catch {
            throw ComponentsError(
                .unreadableFile,
                folder.appending("sudoers").bytes,
                error.message,
                cause: error
            )
        }
    }

    /// The users who may, as far as the rules are understood; none of the system, whose rules are for programs.
    func holders(in accounts: Accounts, without gone: ResourceKey? = nil) -> Set<ResourceKey> {
        let keys = accounts.users.values.filter { user in
            guard !accounts.definitions.isSystem(uid: user.uid) else { return false }
            // Without a file of its own, the rules are elsewhere, and most likely the usual ones.
            var groups = hasFile ? rules.groups : rules.groups.union(Self.usual)
            if let gone { groups.remove(gone.nameBytes) }
            return rules.isForAll || rules.users.contains(user.key.nameBytes) || rules.uids.contains(user.uid)
                || !groups.isDisjoint(with: Self.groups(of: user, in: accounts))
        }
        return Set(keys.map(\.key))
    }

    /// Whether nobody might be left who may, once an account is gone: none of the others is known to, and this one does,
    /// or may by a group that usually does, or by a rule that is not understood.
    func mayBeLast(_ key: ResourceKey, in accounts: Accounts) -> Bool {
        guard let user = accounts.users[key], !accounts.definitions.isSystem(uid: user.uid) else {
            return false
        }
        let holders = holders(in: accounts)
        guard holders.isSubset(of: [key]) else { return false }
        return !holders.isEmpty || rules.hasOthers
            || !Self.usual.isDisjoint(with: Self.groups(of: user, in: accounts))
    }

    /// Whether nobody would be left who may, once a group is gone.
    func isNeeded(_ group: ResourceKey, in accounts: Accounts) -> Bool {
        !holders(in: accounts).isEmpty && holders(in: accounts, without: group).isEmpty
    }

    private static func groups(of user: Accounts.User, in accounts: Accounts) -> [[UInt8]] {
        let primary = accounts.group(user.gid).map { [$0.key.nameBytes] } ?? []
        return primary + user.groups.map { ResourceKey(.group, checked: $0).nameBytes }
    }

    /// sudo leaves out names with a dot and those that end in a tilde.
    private static func isRead(_ name: [UInt8]) -> Bool {
        !name.contains(UInt8(ascii: ".")) && name.last != UInt8(ascii: "~")
    }
}
