public import FabricModel

extension ServiceComponent {
    /// What degrades it now: that nothing signals which services run, and services that have ended by themselves.
    ///
    /// An end that nobody ordered changes no configuration, so nothing starts them again but they themselves, as their
    /// `Restart=` says, or somebody who has seen why. One on its way to run again is none of them.
    public var warnings: [HealthWarning] {
        let (running, wanted) = health
        // One that an order stopped is no matter of health.
        let concerned = Set(running.keys).union(wanted).filter { running[$0] ?? true }
        // That nothing answers is told by `problem`.
        let activity = (try? manager.activity(of: Set(concerned.map(\.text)))) ?? [:]
        let ended = concerned.sorted()
            .compactMap { unit -> HealthWarning? in
                switch activity[unit.text] {
                case .failed:
                    return Self.warning(unit, "service-failed", "has failed")
                // Many a service is through once it has done its work; one that is to run is not.
                case .stopped where wanted.contains(unit) && running[unit] == true:
                    return Self.warning(unit, "service-ended", "has ended by itself, and is to run")
                case .stopped, .running, .changing, nil:
                    return nil
                }
            }
        return [manager.problem].compactMap(\.self) + ended
    }

    private static func warning(_ unit: UnitName, _ code: String, _ what: String) -> HealthWarning {
        HealthWarning(
            code: code,
            message: "\(what); 'systemctl status \(unit.escaped)' says why, and "
                + "'systemctl start \(unit.escaped)' has it run again",
            subject: "\(unit.key)"
        )
    }
}
