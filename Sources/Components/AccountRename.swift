internal import FabricModel

/// An account that goes by its name and comes back by its number, and of which is said that it is the same: it gets
/// another name, and keeps all else that it has.
///
/// That a number comes back says nothing by itself: programs hand out first what somebody else has just left.
struct AccountRename: Equatable {
    /// The account that has the number now.
    var old: ResourceKey
    /// What it is to be called.
    var new: ResourceKey

    /// The accounts that get another name by what is asked for, users before groups.
    static func all(in requests: [ChangeRequest]) -> [AccountRename] {
        var leaving: [ResourceKey: UInt32] = [:]
        for request in requests where request.wanted == .absent {
            switch request.current {
            case .user(let state): leaving[request.key] = state.uid
            case .group(let state): leaving[request.key] = state.gid
            case .absent, .file, .package, .service: break
            }
        }
        var renames: [AccountRename] = []
        for request in requests where request.current == .absent {
            let (name, number): (String?, UInt32?)
            switch request.wanted {
            case .user(let wish): (name, number) = (wish.formerly, wish.uid)
            case .group(let wish): (name, number) = (wish.formerly, wish.gid)
            case .absent, .file, .package, .service: continue
            }
            guard let old = name.map({ ResourceKey(request.key.kind, checked: $0) }), let number,
                leaving[old] == number
            else { continue }
            // Of several that want one number, the others find it taken.
            leaving[old] = nil
            renames.append(AccountRename(old: old, new: request.key))
        }
        return renames.sorted { left, right in
            left.old.kind == right.old.kind ? left.old < right.old : left.old.kind == .user
        }
    }
}

extension AccountPlan {
    /// The steps that give a user another name, and its private group where that is wanted to have the user's.
    ///
    /// - Parameters:
    ///   - rename: The user and its new name.
    ///   - wish: What is wanted of the user by the new name.
    /// - Returns: The steps.
    func steps(renaming rename: AccountRename, _ wish: UserWish) -> [AccountStep] {
        let (old, new) = (rename.old.nameBytes, rename.new.nameBytes)
        let steps = [AccountStep.renameUser(old, to: new)]
        let group = accounts.groups[ResourceKey(.group, checked: rename.old.name)]
        let newGroup = ResourceKey(.group, checked: rename.new.name)
        guard group?.isPrivate == true, accounts.groups[newGroup] == nil,
            wish.group?.name == String(decoding: new, as: UTF8.self)
        else { return steps }
        return steps + [.renameGroup(old, to: new)]
    }
}
