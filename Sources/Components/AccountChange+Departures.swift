internal import FabricModel

extension AccountChange {
    /// - Throws: `ComponentsError` with code `cannotChange` for a group that others need to use sudo.
    func checkGroupMayGo(_ key: ResourceKey) throws(ComponentsError) {
        guard try !SudoHolders(below: component.root).isNeeded(key, in: accounts) else {
            throw ComponentsError(
                .cannotChange,
                account: key,
                "gives sudo to all who may use it, so it is not removed; give sudo to somebody by another rule first"
            )
        }
    }

    /// - Throws: `ComponentsError` with code `cannotChange` for a user whom the node cannot do without, or who is logged in.
    func checkMayGo(_ key: ResourceKey) throws(ComponentsError) {
        let name = String(decoding: key.nameBytes, as: UTF8.self)
        guard accounts.users[key]?.uid != 0 else {
            throw ComponentsError(.cannotChange, account: key, "is the system's own administrator and stays")
        }
        let present: Set<String>
        do {
            present = try component.loggedIn()
        } catch {
            throw ComponentsError(
                .cannotChange,
                account: key,
                "is not removed, since it cannot be told whether it is logged in: \(error)",
                cause: error
            )
        }
        guard !present.contains(name) else {
            throw ComponentsError(
                .cannotChange,
                account: key,
                "is logged in, so it is not removed; log it out first"
            )
        }
        guard try !SudoHolders(below: component.root).mayBeLast(key, in: accounts) else {
            throw ComponentsError(
                .cannotChange,
                account: key,
                "is the last account that may use sudo, as far as its rules are understood, so it is not removed; "
                    + "give sudo to another one first"
            )
        }
    }
}
