internal import FabricModel
internal import LinuxSystem
internal import SystemPackage

extension AccountChange {
    /// Lets an account that got another number keep its files, which would be those of whoever gets the earlier one.
    ///
    /// Their owner's name stays, so nothing that is recorded of them changes. For a user's home the program does it.
    ///
    /// - Returns: Why files have the earlier number still.
    func handOver(after step: AccountStep) -> [SystemError] {
        switch step {
        case .changeUser(let name, let edit):
            let user = accounts.users.values.first { $0.key.nameBytes == name }
            guard let new = edit.uid, let user, accounts.user(user.uid, besides: user.key) == nil else {
                return []
            }
            return handOver(OwnershipChange(.user, from: user.uid, to: new), component.trees())
        case .renumberGroup(let name, let new):
            guard let group = accounts.groups.values.first(where: { $0.key.nameBytes == name }),
                !accounts.groups.values.contains(where: { $0.gid == group.gid && $0.key != group.key })
            else { return [] }
            let change = OwnershipChange(.group, from: group.gid, to: new)
            return handOver(change, component.trees() + [privateHome(of: group)].compactMap(\.self))
        default: return []
        }
    }

    private func handOver(_ change: OwnershipChange, _ trees: [FilePath]) -> [SystemError] {
        trees.flatMap { tree in
            change.carryOut(below: component.root.pushing(FilePath(root: nil, tree.components)))
        }
    }

    /// The home of the one user of a private group, where it is the user's own.
    private func privateHome(of group: Accounts.Group) -> FilePath? {
        guard group.isPrivate, let user = accounts.users[ResourceKey(.user, checked: group.key.name)] else {
            return nil
        }
        let home = FilePath(root: "/", FilePath(bytes: user.home).components)
        // One that cannot be looked at has no files that could be handed over.
        let status = try? FileStatus.at(component.root.pushing(FilePath(root: nil, home.components)))
        return status?.uid == user.uid ? home : nil
    }

    static func notHandedOver(_ key: ResourceKey, _ first: SystemError, _ count: Int) -> ComponentsError {
        let others = count > 1 ? " and \(count - 1) more" : ""
        return ComponentsError(
            .cannotChange,
            account: key,
            "has its new number, but files still have the earlier one; give them to it (chown, chgrp): "
                + "\(first)\(others)",
            cause: first
        )
    }
}
