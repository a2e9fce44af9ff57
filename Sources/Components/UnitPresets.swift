internal import FabricModel
import SystemPackage

/// What rpm's packages make of their units, by the presets of the distribution and of the admin.
///
/// *Source*: systemd.preset(5).
struct UnitPresets: UnitDefaults {
    static let folders: [FilePath] = [
        "/etc/systemd/system-preset", "/run/systemd/system-preset",
        "/usr/local/lib/systemd/system-preset", "/usr/lib/systemd/system-preset",
        "/lib/systemd/system-preset",
    ]

    let files: UnitFiles

    var startsWhatIsEnabled: Bool { false }

    func links(of unit: UnitName, among others: Set<UnitName>) throws(ComponentsError) -> Set<String> {
        let rules = try rules()
        let installation = try files.installation(of: unit)
        if Self.isEnabled(unit, by: rules) { return Set(installation.links) }
        // Enabling a unit enables those besides that its file names.
        for other in others where other != unit && Self.isEnabled(other, by: rules) {
            if try files.installation(of: other).also.contains(unit) { return Set(installation.links) }
        }
        return []
    }

    func isLeftMasked(_ unit: UnitName) throws(ComponentsError) -> Bool { false }

    /// One line of a preset.
    struct Rule: Hashable, Sendable {
        var isEnabled: Bool
        var pattern: String
        /// The instances of a template that are enabled.
        var instances: [String]
    }

    /// Reads the presets: of files of one name the first folder's counts, and their names give their order.
    func rules() throws(ComponentsError) -> [Rule] {
        var byName: [String: FilePath] = [:]
        for folder in Self.folders {
            for (name, _) in try files.places.names(in: folder) where name.hasSuffix(".preset") {
                byName[name] = byName[name] ?? folder.appending(name)
            }
        }
        var rules: [Rule] = []
        for (_, path) in byName.sorted(by: {
            Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8))
        }) {
            if try files.places.target(path) == "/dev/null" { continue }
            rules += (try files.places.lines(path) ?? []).compactMap(Self.rule)
        }
        return rules
    }

    static func rule(_ line: Substring) -> Rule? {
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count > 1, ["enable", "disable"].contains(words[0]) else { return nil }
        return Rule(isEnabled: words[0] == "enable", pattern: words[1], instances: Array(words.dropFirst(2)))
    }

    /// Whether the first rule that names a unit enables it; one that none names is enabled.
    static func isEnabled(_ unit: UnitName, by rules: [Rule]) -> Bool {
        for rule in rules {
            if ShellPattern.matches(rule.pattern, unit.text) { return rule.isEnabled }
            guard let template = unit.template, let instance = unit.instance, !rule.instances.isEmpty,
                rule.pattern == template.text, rule.instances.contains(String(instance))
            else { continue }
            return rule.isEnabled
        }
        return true
    }
}
