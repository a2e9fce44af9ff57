internal import FabricModel
internal import LinuxSystem

/// Changes of several accounts, each of which may show in the others.
struct AccountChange {
    let component: AccountComponent
    /// The accounts as they were when they were last read.
    var accounts: Accounts
    /// What is there of what is asked for, by what the caller knows and what this change has done.
    var expected: [ResourceKey: ResourceState] = [:]
    private var leaving: Set<ResourceKey> = []

    init(_ component: AccountComponent, _ accounts: Accounts) {
        self.component = component
        self.accounts = accounts
    }

    /// Why those that were not changed were not.
    mutating func carryOut(_ requests: [ChangeRequest]) -> [ResourceKey: ComponentsError] {
        var failures: [ResourceKey: ComponentsError] = [:]
        for request in requests { expected[request.key] = request.current }
        leaving = Set(requests.filter { $0.wanted == .absent }.map(\.key))
        failures = rename(requests)
        var open = Self.inOrder(requests.filter { failures[$0.key] == nil })
        var hasProgress = true
        while hasProgress, !open.isEmpty {
            hasProgress = false
            var waiting: [ChangeRequest] = []
            for request in open {
                do {
                    guard let obstacle = try carryOut(request) else {
                        failures[request.key] = nil
                        hasProgress = true
                        continue
                    }
                    failures[request.key] = obstacle
                    waiting.append(request)
                } catch {
                    failures[request.key] = error
                }
            }
            open = waiting
        }
        return check(requests, failures)
    }

    /// Looks whether accounts have become what is wanted: programs may end well and have done something else.
    private mutating func check(
        _ requests: [ChangeRequest],
        _ failures: [ResourceKey: ComponentsError]
    ) -> [ResourceKey: ComponentsError] {
        var failures = failures
        let done = requests.filter { failures[$0.key] == nil }
        guard !done.isEmpty else { return failures }
        do {
            accounts = try component.read()
            for request in done {
                let state = component.state(of: request.key, in: accounts)
                let wanted = component.localised(request.wanted)
                guard !wanted.isSatisfied(by: state) else { continue }
                let differences = AccountDifferences(wanted, state).texts.joined(separator: "; ")
                failures[request.key] = ComponentsError(
                    .programFailed,
                    account: request.key,
                    "is not what is wanted though its programs have ended well: \(differences)"
                )
            }
        } catch {
            for request in done { failures[request.key] = error }
        }
        return failures
    }

    private static func inOrder(_ requests: [ChangeRequest]) -> [ChangeRequest] {
        func rank(_ request: ChangeRequest) -> Int {
            switch (request.key.kind, request.wanted) {
            case (.group, .absent): 3
            case (_, .absent): 2
            case (.group, _): 0
            default: 1
            }
        }
        return requests.enumerated()
            .sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
            .map(\.element)
    }

    /// Carries out one request.
    ///
    /// - Returns: What is in the way and may go with another request; then nothing was touched.
    private mutating func carryOut(_ request: ChangeRequest) throws(ComponentsError) -> ComponentsError? {
        accounts = try component.read()
        let state = component.state(of: request.key, in: accounts)
        guard let known = expected[request.key], state.matches(known) else { throw Self.changed(request.key) }
        let steps: [AccountStep]
        do {
            steps = try self.steps(for: request, state)
        } catch {
            return error
        }
        try carryOut(steps, [request.key])
        if case .user(let wish) = request.wanted {
            if state == .absent { try complete(request.key, wish) }
            if wish.home != nil { try makeHome(of: request.key) }
        }
        return nil
    }

    private func steps(
        for request: ChangeRequest,
        _ state: ResourceState
    ) throws(ComponentsError) -> [AccountStep] {
        do {
            try request.wanted.check()
        } catch {
            throw ComponentsError(.cannotChange, account: request.key, error.description, cause: error)
        }
        let plan = AccountPlan(accounts: accounts, directory: component.directory, leaving: leaving)
        switch (request.wanted, state) {
        case (.absent, .absent): return []
        case (.absent, .group):
            try checkGroupMayGo(request.key)
            return [.removeGroup(request.key.nameBytes)]
        case (.absent, _):
            try checkMayGo(request.key)
            return [.removeUser(request.key.nameBytes)]
        case (.user(let wish), .absent): return try plan.steps(making: request.key, wish)
        case (.user(let wish), .user(let state)):
            if wish.dropsGroup == true, state.ownsGroup == true {
                try checkGroupMayGo(ResourceKey(.group, checked: request.key.name))
            }
            return try plan.steps(changing: request.key, from: state, to: component.localised(wish))
        case (.group(let wish), _): return try plan.steps(for: request.key, wish)
        default: throw ComponentsError(.cannotChange, account: request.key, "this is no state of an account")
        }
    }

    /// The rest of what is wanted of a user who was just made: what the program chose by itself is known only now.
    mutating func complete(_ key: ResourceKey, _ wish: UserWish) throws(ComponentsError) {
        guard case .user(let state) = component.state(of: key, in: accounts) else { return }
        let steps = try AccountPlan(accounts: accounts, directory: component.directory)
            .steps(changing: key, from: state, to: component.localised(wish))
        try carryOut(steps, [key])
    }

    mutating func carryOut(_ steps: [AccountStep], _ keys: Set<ResourceKey>) throws(ComponentsError) {
        if steps.isEmpty { return }
        var left: [SystemError] = []
        for (index, step) in steps.enumerated() {
            do {
                try component.tools.carryOut(step)
            } catch {
                throw withoutNewGroup(index > 0 ? steps[index - 1] : nil, error)
            }
            left += handOver(after: step)
        }
        accounts = try component.read()
        for (other, old) in expected {
            let new = component.state(of: other, in: accounts)
            if keys.contains(other) || Self.canFollow(new, from: old) { expected[other] = new }
        }
        if let first = left.first, let key = keys.min() { throw Self.notHandedOver(key, first, left.count) }
    }

    /// Whether what was done to one account may have made this of another: who is in which group, no more.
    private static func canFollow(_ new: ResourceState, from old: ResourceState) -> Bool {
        switch (old, new) {
        case (.user(var old), .user(let new)):
            old.groups = new.groups
            old.group = new.group
            old.ownsGroup = new.ownsGroup
            return old.matches(new)
        case (.group(let old), .group(let new)): return old.gid == new.gid
        // A private group that is left without its user, and the other way round.
        case (.absent, .group), (.group, .absent): return true
        default: return false
        }
    }

    /// A group that was made for a user goes again where the user could not be made or put into it.
    private func withoutNewGroup(_ earlier: AccountStep?, _ error: ComponentsError) -> ComponentsError {
        guard case .addGroup(let name, _, _) = earlier else { return error }
        do {
            try component.tools.carryOut(.removeGroup(name))
            return error
        } catch let second {
            var error = error
            error.message += "; the group that was made for it could not be removed again: \(second.message)"
            return error
        }
    }

    static func changed(_ key: ResourceKey) -> ComponentsError {
        ComponentsError(.changedMeanwhile, account: key, "has changed once more, so it was left as it is")
    }
}
