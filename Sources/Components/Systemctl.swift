internal import FabricModel

/// Questions to systemd by systemctl(1), which reaches it as root also where there is no D-Bus.
///
/// *Source*: what systemctl of systemd 252 prints.
struct Systemctl: Sendable {
    private static let patience = Duration.seconds(25)

    let program: String

    /// Whether the system has started up and is not on its way down.
    ///
    /// - Throws: `ComponentsError` with code `programFailed`.
    func isUp() throws(ComponentsError) -> Bool {
        // Its status is that of the system, and not whether it could be asked.
        let ended = try ProgramRun.ended(program, ["is-system-running"], time: Self.patience)
        switch ProgramRun.lines(ended.output).first {
        case "running", "degraded", "maintenance": return true
        case "initializing", "starting", "stopping": return false
        default:
            let lines = ProgramRun.lines(ended.output + ended.messages)
            throw failure(["is-system-running"], "systemd cannot be asked: \(lines.joined(separator: " | "))")
        }
    }

    /// What all units do that systemd has in memory.
    ///
    /// - Throws: `ComponentsError` with code `programFailed`.
    func activity() throws(ComponentsError) -> [String: UnitActivity] {
        let arguments = ["list-units", "--all", "--full", "--plain", "--no-legend", "--no-pager"]
        let output = try ProgramRun.output(of: program, arguments, time: Self.patience)
        var units: [String: UnitActivity] = [:]
        for line in String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline) {
            // Older ones put a mark before units that failed or are not found.
            let words = line.split(separator: " ").drop { $0 == "●" || $0 == "*" }.prefix(4).map(String.init)
            guard words.count == 4 else { continue }
            units[words[0]] = words[2] == "deactivating" ? .changing : SystemdBus.activity(words[2])
        }
        return units
    }

    /// What units do, those that are loaded or can be; nothing while the system starts up or goes down.
    ///
    /// - Throws: `ComponentsError` with code `programFailed`.
    func activity(of units: Set<String>) throws(ComponentsError) -> [String: UnitActivity] {
        guard !units.isEmpty, try isUp() else { return [:] }
        return try properties(["ActiveState"], of: units)
            .compactMapValues { $0["ActiveState"].map(SystemdBus.activity) }
    }

    /// Whether a unit is started when it is needed, by D-Bus or by another unit that is at work.
    ///
    /// - Throws: `ComponentsError` with code `programFailed`.
    func isTriggered(_ unit: String) throws(ComponentsError) -> Bool {
        let names = ["LoadState", "TriggeredBy", "BusName"]
        guard let shown = try properties(names, of: [unit])[unit], shown["LoadState"] == "loaded" else {
            throw failure(["show", "--", unit], "is not loaded, so it is not known what starts it")
        }
        if let name = shown["BusName"], !name.isEmpty { return true }
        // One that is merely there, such as Debian's ssh.socket, triggers nothing.
        return try activity(of: Self.words(shown["TriggeredBy"])).values.contains(.running)
    }

    /// Properties of units, by the names that were asked for.
    ///
    /// - Throws: `ComponentsError` with code `programFailed`.
    func properties(
        _ names: [String],
        of units: Set<String>
    ) throws(ComponentsError) -> [String: [String: String]] {
        guard !units.isEmpty else { return [:] }
        let wanted = (["Names"] + names).joined(separator: ",")
        let arguments = ["show", "--no-pager", "--property=\(wanted)", "--"] + units.sorted()
        let output = try ProgramRun.output(of: program, arguments, time: Self.patience)
        var found: [String: [String: String]] = [:]
        for stanza in String(decoding: output, as: UTF8.self).split(separator: "\n\n") {
            var shown: [String: String] = [:]
            for line in stanza.split(whereSeparator: \.isNewline) {
                guard let equals = line.firstIndex(of: "=") else { continue }
                shown[String(line[..<equals])] = String(line[line.index(after: equals)...])
            }
            // It may be called by another of its names.
            for name in Self.words(shown["Names"]).intersection(units) { found[name] = shown }
        }
        return found
    }

    /// The names in the value of a property.
    static func words(_ value: String?) -> Set<String> {
        Set((value ?? "").split(separator: " ").map(String.init))
    }

    private func failure(_ arguments: [String], _ message: String) -> ComponentsError {
        ComponentsError(
            .programFailed,
            ([program] + arguments).joined(separator: " ").utf8,
            message
        )
    }
}
