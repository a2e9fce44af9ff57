internal import FabricModel
import SystemPackage

/// What Debian's packages make of their units, by the notes of the program that their scripts call.
///
/// *Source*: deb-systemd-helper(1p). `/var/lib/systemd/deb-systemd-helper-enabled` has `UNIT.dsh-also`, which names
/// each link that the unit could have, and a file for each that was made: `multi-user.target.wants/UNIT`, or another name.
struct DebSystemdHelper: UnitDefaults {
    static let enabled: FilePath = "/var/lib/systemd/deb-systemd-helper-enabled"
    static let masked: FilePath = "/var/lib/systemd/deb-systemd-helper-masked"

    let files: UnitFiles

    var startsWhatIsEnabled: Bool { true }

    func links(of unit: UnitName, among others: Set<UnitName>) throws(ComponentsError) -> Set<String> {
        let places = files.places
        if try files.path(of: unit) == nil, let script = try files.script(of: unit) {
            return try runlevels(script)
        }
        var links: Set<String> = []
        for line in try places.lines(Self.enabled.appending("\(unit.text).dsh-also")) ?? [] {
            var link = FilePath(String(line))
            guard link.removePrefix(UnitPlaces.settings), let first = link.components.first,
                try places.status(Self.enabled.pushing(link)) != nil
            else { continue }
            links.insert(EscapedText.escape(first.string.utf8))
        }
        return links
    }

    func isLeftMasked(_ unit: UnitName) throws(ComponentsError) -> Bool {
        try files.places.status(Self.masked.appending(unit.text)) != nil
    }

    /// The runlevels in which update-rc.d(8) starts a script.
    private func runlevels(_ script: FilePath) throws(ComponentsError) -> Set<String> {
        let field = "# Default-Start:"
        let line = try files.places.lines(script)?.first { $0.hasPrefix(field) }
        let levels = line?.dropFirst(field.count).split(whereSeparator: \.isWhitespace) ?? []
        return Set(levels.map { "rc\($0).d" })
    }
}
