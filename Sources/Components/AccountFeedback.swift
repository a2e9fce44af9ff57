internal import FabricModel

/// What changes of accounts in one batch tell together.
struct AccountFeedback {
    private(set) var changes: [Change]

    init(_ changes: [Change]) {
        self.changes = changes
    }

    /// Says of accounts that came as others went, which of them are the same with another name.
    ///
    /// Only what cannot be otherwise counts: an account that is taken for another hands over its groups and its password on
    /// every node, while a rename that is not seen costs no more than what a node alone knew of the account.
    mutating func noteRenames() {
        for new in changes.indices where changes[new].before == .absent {
            let old = changes.indices.filter { isSame($0, new) }
            guard old.count == 1, let old = old.first,
                changes.indices.filter({ isSame(old, $0) }).count == 1
            else { continue }
            changes[old].before.setOtherName(changes[new].key.name)
            changes[new].after.setOtherName(changes[old].key.name)
        }
    }

    /// Whether users had a private group and now have another primary one.
    var hasLeftGroups: Bool { changes.contains { $0.leavesPrivateGroup } }

    /// Says of users who have another primary group, whether the private one is gone: it was nothing of its own, so that
    /// nothing else tells.
    mutating func noteLostGroups(in accounts: Accounts) {
        for index in changes.indices where changes[index].leavesPrivateGroup {
            guard accounts.groups[ResourceKey(.group, checked: changes[index].key.name)] == nil,
                case .user(var state) = changes[index].after
            else { continue }
            state.losesGroup = true
            changes[index].after = .user(state)
        }
    }

    private func isSame(_ old: Int, _ new: Int) -> Bool {
        let (old, new) = (changes[old], changes[new])
        guard old.after == .absent, new.before == .absent else { return false }
        switch (old.before, new.after) {
        case (.user(let before), .user(let after)): return Self.isSame(before, after)
        case (.group(let before), .group(let after)):
            return before.gid == after.gid && before.guests == after.guests
                && areMembersSame(old.key.name, new.key.name, gid: after.gid)
        default: return false
        }
    }

    /// Whether two accounts, of which one went and the other came, have all that `usermod --login` keeps.
    ///
    /// A number is handed out again, and a home too; a hash has a salt of its own. An account without one is never the same.
    private static func isSame(_ old: UserState, _ new: UserState) -> Bool {
        guard case .set = old.password, new.password.matches(old.password) else { return false }
        return old.uid == new.uid && old.group.id == new.group.id && old.groups == new.groups
            && old.shell == new.shell && old.comment == new.comment && old.aging == new.aging
    }

    /// Whether those who stayed are now in the other group where they were in the one, and for somebody it is the primary.
    ///
    /// No program removes a primary group, so one that has another name while its users kept its number was renamed.
    private func areMembersSame(_ old: String, _ new: String, gid: UInt32) -> Bool {
        var isPrimary = false
        for change in changes {
            guard case .user(let before) = change.before, case .user(let after) = change.after else {
                continue
            }
            if before.groups.contains(old), !after.groups.contains(new) { return false }
            guard before.group.id == gid, after.group.id == gid else { continue }
            isPrimary = isPrimary || before.group.text == old && after.group.text == new
        }
        return isPrimary
    }
}

extension Change {
    fileprivate var leavesPrivateGroup: Bool {
        guard case .user(let before) = before, case .user(let after) = after else { return false }
        // What was recorded earlier does not say whose the group is. One of several goes by a change of its own.
        let isPrivate = before.ownsGroup ?? (before.group.text == key.name)
        return isPrivate && !before.group.matches(after.group)
    }
}

extension ResourceState {
    fileprivate mutating func setOtherName(_ name: String) {
        switch self {
        case .user(var state):
            state.otherName = name
            self = .user(state)
        case .group(var state):
            state.otherName = name
            self = .group(state)
        case .absent, .file, .package, .service: break
        }
    }
}
