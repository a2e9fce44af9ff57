/// Tells orders by looking at what units do again and again, where systemd does not signal them.
///
/// What ran at one look and does not at the next was stopped, and the other way round. From that alone cannot be told:
/// - whether a unit that ended well was stopped, or had done its work; one that failed was not stopped;
/// - what began and ended between two looks, such as a stop and a start: it comes to nothing, as in any commit;
/// - who ordered it and when, but for between which looks, so that what the scripts of packages started and stopped, of
///   units of other packages, looks like an order once the transaction has ended;
/// - which of two units was ordered, where one brings the other with it and both were named.
struct SystemdLooks: Sendable {
    private static let starting = ["RequiredBy", "WantedBy", "BoundBy", "UpheldBy"]
    private static let stopping = ["Requires", "Requisite", "BindsTo", "PartOf", "StopPropagatedFrom"]
    private static let conflicting = ["Conflicts", "ConflictedBy"]

    let systemctl: Systemctl
    /// What units did when they were looked at last; `nil` where that is too long ago to tell anything.
    private var seen: [String: UnitActivity]?

    init(_ systemctl: Systemctl) {
        self.systemctl = systemctl
    }

    /// Whether there was a look with which the next is compared.
    var haveBegun: Bool { seen != nil }

    /// Takes over what this program itself made of a unit, so that what somebody makes of it afterwards shows.
    mutating func note(_ unit: String, _ activity: UnitActivity) {
        if seen != nil { seen?[unit] = activity }
    }

    /// Forgets what was seen.
    mutating func end() { seen = nil }

    /// Looks once more; at what went before the first look, nobody was there to tell.
    ///
    /// - Throws: `ComponentsError` with code `programFailed`; then the next look tells of this time, too.
    mutating func look(isOfInterest: (String) -> Bool) throws(ComponentsError) -> [ServiceNews] {
        guard try systemctl.isUp() else {
            // What is started and stopped on the way is nobody's order.
            seen = nil
            return []
        }
        let now = try systemctl.activity()
        guard let before = seen else {
            seen = now
            return [.unknown]
        }
        let change = Change(from: before, to: now)
        let concerned = change.started.union(change.stopped).filter(isOfInterest)
        let properties = try systemctl.properties(
            ["Result", "Transient"] + Self.starting + Self.stopping + Self.conflicting,
            of: concerned
        )
        seen = change.now
        return concerned.sorted()
            .compactMap { unit in
                change.order(of: unit, properties[unit] ?? [:]).map { .ordered(unit: unit, $0) }
            }
    }

    /// What became of units between two looks.
    struct Change {
        /// What they do now; those on their way, what they did before.
        private(set) var now: [String: UnitActivity]
        private(set) var started: Set<String> = []
        /// Those that may have been stopped.
        private(set) var stopped: Set<String> = []
        /// Those that do not run any more, however that came.
        private(set) var ended: Set<String> = []

        init(from before: [String: UnitActivity], to found: [String: UnitActivity]) {
            now = found
            for (unit, activity) in found {
                switch (before[unit], activity) {
                case (let earlier, .changing): now[unit] = earlier
                case (.running, .stopped):
                    stopped.insert(unit)
                    ended.insert(unit)
                case (.running, .failed): ended.insert(unit)
                case (.running, _): break
                case (_, .running): started.insert(unit)
                default: break
                }
            }
            // systemd forgets units that do nothing and that nothing else names.
            for (unit, activity) in before where activity == .running && found[unit] == nil {
                stopped.insert(unit)
                ended.insert(unit)
            }
        }

        /// What somebody's order made of a unit.
        ///
        /// - Parameters:
        ///   - unit: The unit.
        ///   - properties: As systemctl shows them.
        /// - Returns: `nil` where it came otherwise.
        func order(of unit: String, _ properties: [String: String]) -> UnitActivity? {
            func isBound(by names: [String], to others: Set<String>) -> Bool {
                names.contains { !Systemctl.words(properties[$0]).isDisjoint(with: others) }
            }
            guard properties["Transient"] != "yes" else { return nil }
            if started.contains(unit) {
                return isBound(by: SystemdLooks.starting, to: started) ? nil : .running
            }
            guard stopped.contains(unit), ["success", nil].contains(properties["Result"]),
                // A target brings everything with it, such as the one that the system is shut down with.
                !SystemdJobs.haveTarget(started.union(ended)),
                !isBound(by: SystemdLooks.stopping, to: ended),
                !isBound(by: SystemdLooks.conflicting, to: started)
            else { return nil }
            return .stopped
        }
    }
}
