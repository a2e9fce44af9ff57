public import FabricModel

extension AccountComponent {
    /// The accounts that show it when another one changes: the users of a group, and the groups of a user.
    ///
    /// - Throws: `ComponentsError` with code `unreadableFile`, `unstableFile`.
    public func alsoChanged(by request: ChangeRequest) throws(ComponentsError) -> Set<ResourceKey> {
        let accounts = try read()
        let name = request.key.name
        var numbers = Set([accounts.groups[ResourceKey(.group, checked: name)]?.gid].compactMap(\.self))
        if case .group(let wish) = request.wanted, let gid = wish.gid { numbers.insert(gid) }
        var keys: Set<ResourceKey> = []
        // A user's private group may be others' too.
        if request.key.kind == .group || request.wanted == .absent {
            let users = accounts.users.values.filter { $0.groups.contains(name) || numbers.contains($0.gid) }
            keys.formUnion(users.map(\.key))
        }
        if request.key.kind == .user {
            keys.insert(ResourceKey(.group, checked: name))
            // Who becomes an account here is a guest no more.
            keys.formUnion(accounts.groups.values.filter { $0.guests.contains(name) }.map(\.key))
        }
        keys.remove(request.key)
        return keys
    }
}
