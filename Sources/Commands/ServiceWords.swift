import FabricModel

/// A unit's state as a person types it: `enabled running`, `disabled,stopped`, `masked`.
enum ServiceWords {
    /// Reads the words, in any order, separated by blanks or commas.
    ///
    /// - Parameters:
    ///   - words: The words as they were typed.
    ///   - targets: The units that start it when it is enabled; none takes the usual one of its type.
    ///   - key: The unit.
    /// - Returns: The state.
    /// - Throws: `CommandError` with code `usage`; `ModelError` for a target whose name no unit has.
    static func read(_ words: [String], wantedBy targets: [String], _ key: ResourceKey) throws -> ServiceState
    {
        func refused(_ reason: String) -> CommandError { CommandError(.usage, key.description, reason) }
        var enablement: ServiceState.Enablement?
        var isRunning: Bool?
        for word in words.flatMap({ $0.split(whereSeparator: { $0 == "," || $0.isWhitespace }) }) {
            if let found = ServiceState.Enablement(rawValue: String(word)), enablement ?? found == found {
                enablement = found
            } else if ["running", "stopped"].contains(word),
                isRunning ?? (word == "running") == (word == "running")
            {
                isRunning = word == "running"
            } else {
                throw refused("'\(word)' does not fit; a unit is \(Self.choices)")
            }
        }
        guard let enablement else { throw refused("say how it is started: a unit is \(Self.choices)") }
        guard enablement == .enabled || targets.isEmpty else {
            throw refused("--wanted-by is for a unit that is enabled")
        }
        guard enablement != .masked || isRunning != true else { throw refused("a masked unit cannot run") }
        let folders = try links(of: key, enablement == .enabled ? targets : [], enablement)
        return ServiceState(links: folders, isMasked: enablement == .masked, isRunning: isRunning)
    }

    private static let choices =
        "'enabled', 'disabled' or 'masked', and 'running' or 'stopped' where that is wanted too"

    private static func links(
        of key: ResourceKey,
        _ targets: [String],
        _ enablement: ServiceState.Enablement
    ) throws -> [String] {
        guard enablement == .enabled else { return [] }
        guard !targets.isEmpty else { return ["\(usualTarget(of: key)).wants"] }
        return try targets.map { target in
            let name = target.contains(".") ? target : "\(target).target"
            return "\(try ResourceKey("service:\(name)").name).wants"
        }
    }

    /// *Source*: the `[Install]` sections that systemd.unit(5) and systemd.special(7) recommend.
    private static func usualTarget(of key: ResourceKey) -> String {
        switch key.name.split(separator: ".").last {
        case "timer": "timers.target"
        case "socket": "sockets.target"
        case "path": "paths.target"
        default: "multi-user.target"
        }
    }
}
