internal import FabricModel

extension AccountChange {
    /// Gives accounts another name that are asked for by that one, and are to go by the one they have.
    ///
    /// - Returns: Why those that keep theirs do; nothing else is to be done to them, as what they have would be lost.
    mutating func rename(_ requests: [ChangeRequest]) -> [ResourceKey: ComponentsError] {
        var refusals: [ResourceKey: ComponentsError] = [:]
        for rename in AccountRename.all(in: requests) {
            guard let request = requests.first(where: { $0.key == rename.new }) else { continue }
            do {
                try carryOut(rename, request.wanted)
            } catch {
                for key in [rename.old, rename.new] { refusals[key] = error }
            }
        }
        return refusals
    }

    private mutating func carryOut(_ rename: AccountRename, _ wanted: Entry) throws(ComponentsError) {
        accounts = try component.read()
        for key in [rename.old, rename.new] {
            guard let known = expected[key], component.state(of: key, in: accounts).matches(known) else {
                throw Self.changed(key)
            }
        }
        let plan = AccountPlan(accounts: accounts, directory: component.directory)
        switch wanted {
        case .user(let wish):
            try checkMayGo(rename.old)
            try carryOut(plan.steps(renaming: rename, wish), [rename.old, rename.new])
        case .group:
            try checkGroupMayGo(rename.old)
            let step = AccountStep.renameGroup(rename.old.nameBytes, to: rename.new.nameBytes)
            try carryOut([step], [rename.old, rename.new])
        case .absent, .file, .package, .service: return
        }
    }
}
