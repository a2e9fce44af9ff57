public import FabricModel

extension ServiceComponent {
    /// Prepares feedback: what an admin made of a unit, without what its package or the start of the system did.
    ///
    /// What a package brought is where an admin's own change begins. That a unit runs or not counts only where somebody's
    /// order was seen, so not in what was found late.
    /// - Throws: `ComponentsError` with code `unreadableFile`.
    public func feedback(of seen: [SeenChange], in context: FeedbackContext) throws -> Change? {
        guard let first = seen.first?.change, let last = seen.last?.change,
            let unit = UnitName(first.key)
        else { return nil }
        var change = last
        change.isLate = seen.contains { $0.change.isLate }
        for earlier in seen.reversed() where change.actor.tier == .unknown {
            change.actor = earlier.change.actor
        }
        change.before = first.before
        change.after = Self.withOrders(alone: seen, isOfPackages: context.units.contains(unit.text))
        let isNothing = change.before.matches(change.after)
        // Of a new unit there is nothing to say, and yet somebody may have undone what its package made of it.
        if isNothing, change.before != .absent { return nil }
        guard context.units.contains(unit.text) else { return isNothing ? nil : change }
        let others = Set(context.units.compactMap { UnitName($0) })
        let entry = context.entry(unit.key)
        if try went(unit, change) { return Self.contradicted(change, entry) }
        // One that went with its package, and comes back with it: the tag must not take that back at once.
        if entry == .absent, change.before == .absent, !Entry.absent.isSatisfied(by: change.after) {
            return change
        }
        change.before = .service(try brought(unit, others, seen, change.after.service))
        return change.before.matches(change.after) ? nil : change
    }

    /// The last state, running as the last order left it.
    ///
    /// Who starts and stops units while packages change are mostly the scripts of these, of other packages' units too; of
    /// a unit of these packages it is told apart elsewhere.
    private static func withOrders(alone seen: [SeenChange], isOfPackages: Bool) -> ResourceState {
        guard let last = seen.last, case .service(var state) = last.change.after else {
            return seen.last?.change.after ?? .absent
        }
        var isRunning = seen.first?.change.before.service.isRunning
        for seen in seen {
            let (before, after) = (seen.change.before.service, seen.change.after.service)
            let isNoOrder = seen.change.isLate || seen.isDuringTransaction && !isOfPackages
            let isMereFinding =
                isNoOrder && before.links == after.links && before.isMasked == after.isMasked
            guard !isMereFinding, before.isRunning != after.isRunning else { continue }
            isRunning = after.isRunning ?? isRunning
        }
        state.isRunning = isRunning
        return .service(state)
    }

    /// That a unit is gone with its package, where a tag wants more of it than that it is not there: unless that goes too,
    /// no node of the tag can ever be as it says; `nil` where none does.
    private static func contradicted(_ change: Change, _ entry: Entry?) -> Change? {
        guard let entry, !entry.isSatisfied(by: .absent), !change.before.matches(.absent) else { return nil }
        var change = change
        change.after = .absent
        return change
    }

    /// Whether a unit is gone with its package; what Debian leaves of it until it is purged is no setting of the admin's.
    private func went(_ unit: UnitName, _ change: Change) throws(ComponentsError) -> Bool {
        guard try files.path(of: unit) == nil, try files.script(of: unit) == nil else { return false }
        let (before, after) = (change.before.service, change.after.service)
        if after.isMasked, !before.isMasked, try !defaults.isLeftMasked(unit) { return false }
        return Set(after.links).isSubset(of: before.links) && after.isRunning != true
    }

    /// What packages made of a unit: of one that is new, what the distribution's records say; of another, what changed
    /// while they were installed, as far as the records explain it.
    private func brought(
        _ unit: UnitName,
        _ others: Set<UnitName>,
        _ seen: [SeenChange],
        _ after: ServiceState
    ) throws(ComponentsError) -> ServiceState {
        let links = try defaults.links(of: unit, among: others)
        var state = seen.first?.change.before.service ?? ServiceState()
        var duringTransaction = state.isRunning
        if case .absent = seen.first?.change.before {
            state = ServiceState(links: links)
            let isStarted = defaults.startsWhatIsEnabled && links.contains(where: UnitLinks.isStarting)
            duringTransaction = isStarted
            // Started or not as after any such installation, whenever that was seen.
            if after.isRunning == isStarted {
                state.isRunning = isStarted
                return state
            }
        }
        for change in seen where change.isDuringTransaction {
            let new = change.change.after.service
            if Set(new.links) == links, !new.isMasked {
                state.links = new.links
                state.isMasked = false
            }
            // Who enables a unit while packages are installed may start it too.
            guard new.links == state.links, new.isMasked == state.isMasked else { continue }
            duringTransaction = new.isRunning ?? duringTransaction
        }
        state.isRunning = duringTransaction
        return state
    }
}

extension ResourceState {
    /// The state of a service; that of one of which nothing is recorded, where there is none.
    fileprivate var service: ServiceState {
        if case .service(let state) = self { state } else { ServiceState() }
    }
}
