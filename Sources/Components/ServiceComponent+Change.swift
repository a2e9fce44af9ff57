public import FabricModel
import LinuxSystem
import SystemPackage

extension ServiceComponent {
    /// Brings units to what is wanted of them, one after the other.
    ///
    /// All are compared with what the caller knows before the first is changed: enabling one may enable others, too.
    public func change(_ requests: [ChangeRequest]) -> [ResourceKey: ComponentsError] {
        var failures: [ResourceKey: ComponentsError] = [:]
        func attempt(
            _ wishes: [Wish],
            _ step: (Wish) throws(ComponentsError) -> Void
        ) {
            for wish in wishes where failures[wish.unit.key] == nil {
                do throws(ComponentsError) {
                    try step(wish)
                } catch {
                    failures[wish.unit.key] = error
                }
            }
        }
        var wishes: [Wish] = []
        for request in requests {
            do {
                wishes.append(try checked(request))
            } catch {
                failures[request.key] = error
            }
        }
        attempt(wishes, change)
        // One by one: what the program does to one of them may have changed another that was right.
        if wishes.count > 1 { attempt(wishes, relink) }
        return failures
    }

    /// A unit and what is wanted of it.
    private struct Wish {
        var unit: UnitName
        var state: ServiceState
    }

    /// Reads all files of units again.
    ///
    /// - Throws: `ComponentsError` with code `programFailed`.
    public func reload() throws(ComponentsError) { try manager.reload() }

    /// Starts units anew, those that run.
    ///
    /// - Parameter units: As an entry's flags name them.
    /// - Returns: Why each that was not started anew was not.
    public func restart(_ units: [String]) -> [String: ComponentsError] { order(.restart, units) }

    /// Has units read their settings again, those that run; those that cannot are started anew.
    ///
    /// - Parameter units: As an entry's flags name them.
    /// - Returns: Why each that does not have them was not.
    public func reload(_ units: [String]) -> [String: ComponentsError] { order(.reload, units) }

    private func order(_ order: UnitOrder, _ units: [String]) -> [String: ComponentsError] {
        var failures: [String: ComponentsError] = [:]
        for text in units {
            guard let unit = (try? ResourceKey("service:\(text)")).flatMap({ UnitName($0) }) else {
                failures[text] = ComponentsError(
                    .cannotChange,
                    text.utf8,
                    "is no unit's name; name one such as sshd.service"
                )
                continue
            }
            do {
                // What does not exist does not run, and follows its files when it does.
                guard try files.exists(unit) else { continue }
                try manager.fulfil(.refresh, unit.text)
                try manager.fulfil(order, unit.text)
            } catch {
                failures[text] = error
            }
        }
        return failures
    }

    /// What a request wants, where that can be and the unit is as the caller knows it.
    private func checked(_ request: ChangeRequest) throws(ComponentsError) -> Wish {
        guard let unit = UnitName(request.key), let wanted = Self.wanted(request.wanted) else {
            throw ComponentsError(.cannotChange, request.key.name.utf8, "this is no state of a service")
        }
        try Self.check(wanted, of: unit)
        let now = try identify([request.key]).first?.state ?? .absent
        guard now.matches(request.current) else {
            throw unit.error(.changedMeanwhile, "has changed once more, so it was left as it is")
        }
        if !wanted.isThatOfNone, !wanted.isMasked, try !files.exists(unit) {
            throw unit.error(
                .cannotChange,
                "does not exist here; install the package, or put the file in place, that brings it"
            )
        }
        let place = UnitPlaces.settings.appending(unit.text)
        if wanted.isMasked, try files.path(of: unit) == place {
            throw unit.error(
                .cannotChange,
                "cannot be masked: its own file lies where the mask would; remove \(place) first"
            )
        }
        return Wish(unit: unit, state: wanted)
    }

    private func change(_ wish: Wish) throws(ComponentsError) {
        let before = try settings(of: wish.unit)
        do {
            try bring(wish.unit, to: wish.state, from: before)
        } catch {
            // A unit that fails halfway is put back: half of what is wanted is no state that anybody asked for.
            restore(wish.unit, to: before)
            throw error
        }
    }

    /// Gives a unit its links back where changing another one took or added some.
    private func relink(_ wish: Wish) throws(ComponentsError) {
        guard try Set(settings(of: wish.unit).links.paths.keys) != Set(wish.state.links) else { return }
        try link(wish.unit, wish.state, isAlone: true)
        try check(wish.unit, wish.state)
    }

    private static func wanted(_ entry: Entry) -> ServiceState? {
        switch entry {
        case .absent: ServiceState(isRunning: false)
        case .service(let state): state
        case .file, .package, .user, .group: nil
        }
    }

    /// A link is made and removed at the place that its name says, so it must be one.
    private static func check(_ wanted: ServiceState, of unit: UnitName) throws(ComponentsError) {
        do {
            try wanted.check()
        } catch {
            throw unit.error(.cannotChange, error.description)
        }
    }

    private struct Settings {
        var links: UnitLinks.Links
        var activity: UnitActivity?

        var isRunning: Bool { activity == .running || activity == .changing }
    }

    private func settings(of unit: UnitName) throws(ComponentsError) -> Settings {
        let links = try UnitLinks(files).units[unit] ?? .init()
        return Settings(links: links, activity: try? manager.activity(of: [unit.text])[unit.text])
    }

    private func bring(
        _ unit: UnitName,
        to wanted: ServiceState,
        from before: Settings
    ) throws(ComponentsError) {
        let hasOtherLinks = Set(before.links.paths.keys) != Set(wanted.links)
        if before.links.isMasked, !wanted.isMasked || hasOtherLinks { try manager.fulfil(.unmask, unit.text) }
        try run(unit, wanted, before)
        if hasOtherLinks { try link(unit, wanted) }
        if wanted.isMasked, !before.links.isMasked || hasOtherLinks { try manager.fulfil(.mask, unit.text) }
        try check(unit, wanted)
    }

    private func check(_ unit: UnitName, _ wanted: ServiceState) throws(ComponentsError) {
        let after = try UnitLinks(files).units[unit] ?? .init()
        guard Set(after.paths.keys) == Set(wanted.links), after.isMasked == wanted.isMasked else {
            throw unit.error(
                .cannotChange,
                "is started by \(after.paths.keys.sorted().joined(separator: ", ")) instead; see what its file says"
            )
        }
    }

    /// Starts or stops a unit, before its links change: one that does not start is not enabled either.
    private func run(_ unit: UnitName, _ wanted: ServiceState, _ before: Settings) throws(ComponentsError) {
        guard let isRunning = wanted.isRunning, unit.isOneThatRuns else { return }
        // Where nothing tells whether it runs, an order too many does no harm.
        let isKnown = before.activity != nil && before.activity != .changing
        guard isRunning != before.isRunning || !isKnown else {
            remember(unit, isRunning: isRunning)
            return
        }
        // A unit that does not exist does not run.
        if !isRunning, !before.isRunning, try !files.exists(unit) { return }
        try manager.fulfil(.refresh, unit.text)
        try manager.fulfil(isRunning ? .start : .stop, unit.text)
        if isRunning, case .failed? = try? manager.activity(of: [unit.text])[unit.text] {
            throw unit.error(
                .cannotChange,
                "was started and has failed at once; 'journalctl --unit \(unit.text)' says why"
            )
        }
        remember(unit, isRunning: isRunning)
    }

    private func restore(_ unit: UnitName, to before: Settings) {
        // What cannot be put back shows at the next look; the first error is what is told.
        if let now = try? settings(of: unit) {
            let rested = before.activity == .stopped || before.activity == .failed
            if rested, unit.isOneThatRuns, now.activity != .stopped {
                try? manager.fulfil(.stop, unit.text)
            }
            if now.links.isMasked, !before.links.isMasked { try? manager.fulfil(.unmask, unit.text) }
            let links = ServiceState(links: before.links.paths.keys)
            if now.links.paths != before.links.paths { try? link(unit, links) }
            if before.links.isMasked, !now.links.isMasked { try? manager.fulfil(.mask, unit.text) }
            if before.isRunning, now.activity == .stopped { try? manager.fulfil(.start, unit.text) }
        }
        remember(unit, isRunning: before.activity.map { _ in before.isRunning })
    }
}

extension UnitName {
    /// An error about the unit.
    func error(
        _ code: ComponentsError.Code,
        _ message: String,
        cause: (any Error)? = nil
    ) -> ComponentsError {
        ComponentsError(code, text.utf8, message, cause: cause)
    }
}
