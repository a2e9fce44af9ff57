internal import FabricModel
internal import LinuxSystem

/// What has to be done to bring accounts to what is wanted: only what differs.
struct AccountPlan {
    /// The accounts as they are.
    let accounts: Accounts
    /// Knows the groups of directory services, too.
    var directory: AccountNames?
    /// Accounts that are to go: their numbers will be free.
    var leaving: Set<ResourceKey> = []

    /// The steps that make a user, before those that make it what else is wanted.
    ///
    /// - Throws: `ComponentsError` with code `cannotChange`.
    func steps(making key: ResourceKey, _ wish: UserWish) throws(ComponentsError) -> [AccountStep] {
        guard let uid = wish.uid, let home = wish.home, let shell = wish.shell else {
            throw refused(
                key,
                "the account does not exist here, and its entry says only what was changed of it; "
                    + "make it here first, or approve one that was made"
            )
        }
        // That of an account of the system is nothing that anybody chose; a package may have taken it here.
        let other = accounts.user(uid, besides: key)
        let hasNumber = wish.isSystem != true || other.map { leaving.contains($0.key) } ?? true
        if hasNumber { try checkIsFree(uid, for: key) }
        let isSystem = wish.isSystem ?? accounts.definitions.isSystem(uid: uid)
        let group = try newGroup(of: key, wish, uid: uid, isSystem)
        let homeBytes = try bytes(home, key)
        let user = AccountStep.NewUser(
            name: key.nameBytes,
            uid: hasNumber ? uid : nil,
            group: group.choice,
            comment: try bytes(wish.comment ?? "", key),
            home: homeBytes,
            shell: try bytes(shell, key),
            groups: try names(ofGroups: wish.joins, for: key),
            isSystem: isSystem,
            createsHome: !isSystem && !homeBytes.isEmpty && homeBytes != [UInt8(ascii: "/")]
        )
        return group.steps + [.addUser(user)]
    }

    /// The steps that change a user who is there.
    ///
    /// - Parameters:
    ///   - key: The user.
    ///   - state: What it is.
    ///   - wish: What is wanted, with the digest of the password under this node's key.
    /// - Returns: The steps; none where nothing differs.
    /// - Throws: `ComponentsError` with code `cannotChange`.
    func steps(
        changing key: ResourceKey,
        from state: UserState,
        to wish: UserWish
    ) throws(ComponentsError) -> [AccountStep] {
        let name = key.nameBytes
        var steps: [AccountStep] = []
        var edit = AccountStep.UserEdit()
        if let uid = wish.uid, !wish.acceptsNumber(of: state) {
            try checkIsFree(uid, for: key)
            edit.uid = uid
        }
        if let group = wish.group, !group.matches(state.group) {
            if isMissingPrivateGroup(group, of: key) {
                let isSystem = accounts.definitions.isSystem(gid: group.id)
                steps.append(.addGroup(name, gid: free(group.id), isSystem: isSystem))
                edit.group = name
            } else {
                edit.group = try existing(group, for: key)
            }
        }
        if let gid = wish.privateGID, gid != state.group.id, state.ownsGroup == true, edit.group == nil {
            try checkIsFree(gid: gid, for: key)
            steps.append(.renumberGroup(name, gid: gid))
        }
        if let comment = wish.comment, comment != state.comment { edit.comment = try bytes(comment, key) }
        if let home = wish.home, home != state.home { edit.home = try bytes(home, key) }
        if let shell = wish.shell, shell != state.shell { edit.shell = try bytes(shell, key) }
        edit.joins = try names(ofGroups: wish.joins.subtracting(state.groups), for: key)
        if let wanted = wish.subordinateUIDs {
            edit.addedUIDs = wanted.filter { !state.subordinateUIDs.contains($0) }
            edit.removedUIDs = state.subordinateUIDs.filter { !wanted.contains($0) }
        }
        if let wanted = wish.subordinateGIDs {
            edit.addedGIDs = wanted.filter { !state.subordinateGIDs.contains($0) }
            edit.removedGIDs = state.subordinateGIDs.filter { !wanted.contains($0) }
        }
        let password = try passwordSteps(key, state.password, wish)
        if !edit.isEmpty { steps.append(.changeUser(name, edit)) }
        if wish.dropsGroup == true, state.ownsGroup == true, edit.group != nil {
            try checkIsNobodyElses(state.group, for: key)
            steps.append(.removeGroup(name))
        }
        let leaves = wish.leaves.intersection(state.groups)
        steps += try names(ofGroups: leaves, for: key).map { .leave(name, group: $0) }
        steps += password
        if let wanted = wish.aging {
            var aging = state.aging
            // A new password is not due any more.
            if case .setPassword = password.first { aging.isDue = false }
            let rules = wanted.withDue(of: aging)
            if rules != aging { steps.append(.age(name, from: aging, to: rules)) }
        }
        return steps
    }

    /// The steps that make or change a group.
    ///
    /// - Throws: `ComponentsError` with code `cannotChange`.
    func steps(for key: ResourceKey, _ wish: GroupWish) throws(ComponentsError) -> [AccountStep] {
        let name = key.nameBytes
        let group = accounts.groups[key]
        var gid = wish.gid
        if let number = gid, let other = accounts.group(number), other.key != key {
            // As with users, that of a group of the system is nothing that anybody chose.
            guard wish.isSystem == true, !leaving.contains(other.key) else {
                throw numberTaken(number, other, for: key)
            }
            gid = nil
        }
        if let group, wish.isSystem == true, accounts.definitions.isSystem(gid: group.gid) { gid = nil }
        var steps: [AccountStep] = []
        if let group {
            guard !group.isPrivate || wish.joins != nil else {
                throw refused(
                    key,
                    "is the private group of the user of that name here, and no group of its own; "
                        + "give that user another primary group (usermod --gid), or take the group out of the tag"
                )
            }
            if let gid, gid != group.gid { steps.append(.renumberGroup(name, gid: gid)) }
        } else {
            let isSystem = wish.isSystem ?? wish.gid.map(accounts.definitions.isSystem(gid:)) ?? false
            steps.append(.addGroup(name, gid: gid, isSystem: isSystem))
        }
        let guests = Set(group?.guests ?? [])
        for guest in wish.joins ?? [] where !guests.contains(guest) {
            guard accounts.users[ResourceKey(.user, checked: guest)] == nil else {
                throw refused(
                    key,
                    "its member '\(guest)' is an account of this node, whose groups are its own; "
                        + "put it into the group there (usermod --append --groups)"
                )
            }
            steps.append(.join(try bytes(guest, key), group: name))
        }
        for guest in wish.leaves ?? [] where guests.contains(guest) {
            steps.append(.leave(try bytes(guest, key), group: name))
        }
        return steps
    }

    private func passwordSteps(
        _ key: ResourceKey,
        _ password: UserState.Password,
        _ wish: UserWish
    ) throws(ComponentsError) -> [AccountStep] {
        let name = key.nameBytes
        if let hash = wish.hash, wish.digest != password.digest {
            return [.setPassword(name, hash: hash, isLocked: wish.isLocked ?? password.isLocked)]
        }
        switch (wish.isLocked, password) {
        case (true, .set(_, false, _)), (true, .notNeeded): return [.lock(name)]
        case (false, .set(_, true, _)): return [.unlock(name)]
        case (false, .none):
            throw refused(key, "has no password here, so there is nothing to unlock; set one here (passwd)")
        default: return []
        }
    }
}

extension AccountPlan {
    /// The primary group of a new user, and what makes it where that is not done with the user.
    ///
    /// A private group gets the number that it has elsewhere where that is free.
    private func newGroup(
        of key: ResourceKey,
        _ wish: UserWish,
        uid: UInt32,
        _ isSystem: Bool
    ) throws(ComponentsError) -> (steps: [AccountStep], choice: AccountStep.NewUser.Group) {
        let own = AccountReference(name: String(decoding: key.nameBytes, as: UTF8.self), id: uid)
        var wanted = wish.group ?? own
        if let gid = wish.privateGID { wanted.id = gid }
        guard isMissingPrivateGroup(wanted, of: key) else {
            return ([], .existing(try existing(wanted, for: key)))
        }
        // The program takes the user's number where it is free.
        guard wanted.id != uid, let gid = free(wanted.id) else { return ([], .own) }
        return (
            [.addGroup(key.nameBytes, gid: gid, isSystem: isSystem)], .existing(key.nameBytes)
        )
    }

    private func isMissingPrivateGroup(_ group: AccountReference, of key: ResourceKey) -> Bool {
        let own = ResourceKey(.group, checked: key.name)
        guard accounts.groups[own] == nil, let name = group.name else { return false }
        return name == key.name || Array(name.utf8) == key.nameBytes
    }

    private func free(_ gid: UInt32) -> UInt32? { accounts.group(gid) == nil ? gid : nil }

    /// How programs are told a group that must be there.
    private func existing(_ group: AccountReference, for key: ResourceKey) throws(ComponentsError) -> [UInt8]
    {
        if let name = group.name {
            if let found = accounts.groups.values.first(where: { $0.referenceName == name }) {
                return found.key.nameBytes
            }
            if directory?.gid(named: name) != nil { return Array(name.utf8) }
        } else if accounts.group(group.id) != nil || directory?.group(group.id) != nil {
            return Array(String(group.id).utf8)
        }
        throw missing(group.text, for: key)
    }

    /// Groups of the node's own files by their names; those of a directory service are left out, as no program here puts
    /// anybody into them.
    private func names(
        ofGroups groups: Set<String>,
        for key: ResourceKey
    ) throws(ComponentsError) -> [[UInt8]] {
        var names: [[UInt8]] = []
        for group in groups.sorted() {
            let name = try bytes(group, key)
            if accounts.groups[ResourceKey(.group, checked: group)] != nil {
                names.append(name)
            } else if directory?.gid(named: String(decoding: name, as: UTF8.self)) == nil {
                throw missing(group, for: key)
            }
        }
        return names
    }

    private func checkIsFree(_ uid: UInt32, for key: ResourceKey) throws(ComponentsError) {
        guard let other = accounts.user(uid, besides: key) else { return }
        throw refused(
            key,
            "its number \(uid) is that of '\(other.key.name)' here; "
                + "give one of both another number (usermod --uid), or remove the other"
        )
    }

    private func checkIsNobodyElses(_ group: AccountReference, for key: ResourceKey) throws(ComponentsError) {
        let others = accounts.users.values.filter { $0.gid == group.id && $0.key != key }
        guard let other = others.min(by: { $0.key < $1.key }) else { return }
        throw refused(
            key,
            "its group '\(group.text)' is to go, and is the primary one of '\(other.key.name)' here, too; "
                + "give that account another (usermod --gid)"
        )
    }

    private func checkIsFree(gid: UInt32, for key: ResourceKey) throws(ComponentsError) {
        guard let other = accounts.group(gid) else { return }
        throw refused(
            key,
            "the number \(gid) of its group is that of the group '\(other.key.name)' here; "
                + "give one of both another number (groupmod --gid)"
        )
    }

    private func numberTaken(_ gid: UInt32, _ other: Accounts.Group, for key: ResourceKey) -> ComponentsError
    {
        refused(
            key,
            "its number \(gid) is that of the group '\(other.key.name)' here; "
                + "give one of both another number (groupmod --gid)"
        )
    }

    private func missing(_ group: String, for key: ResourceKey) -> ComponentsError {
        refused(key, "its group '\(group)' does not exist here; make it (groupadd) or add it to the tag")
    }

    private func bytes(_ text: String, _ key: ResourceKey) throws(ComponentsError) -> [UInt8] {
        do {
            return try EscapedText.unescape(text)
        } catch {
            throw refused(key, error.description)
        }
    }

    private func refused(_ key: ResourceKey, _ message: String) -> ComponentsError {
        ComponentsError(.cannotChange, account: key, message)
    }
}

extension ComponentsError {
    /// An error about an account, which is named by its key.
    init(_ code: Code, account key: ResourceKey, _ message: String, cause: (any Error)? = nil) {
        self.init(code, Array("\(key.kind.rawValue):".utf8) + key.nameBytes, message, cause: cause)
    }
}

extension UserState.Password {
    var digest: ContentDigest? {
        if case .set(let digest, _, _) = self { digest } else { nil }
    }
}
