internal import FabricModel
import LinuxSystem
import SystemPackage

/// The files that say what units are.
struct UnitFiles: Sendable {
    let places: UnitPlaces

    /// What starts a unit once it is enabled, as its file says in `[Install]`.
    ///
    /// *Source*: systemd.unit(5).
    struct Installation: Hashable, Sendable {
        var links: [String] = []
        var also: [UnitName] = []
        var defaultInstance: String?
    }

    /// The file of a unit, or of the template that it is made from; `nil` where none is, or only its mask or other name.
    func path(of unit: UnitName) throws(ComponentsError) -> FilePath? {
        for name in [unit, unit.template].compactMap(\.self) {
            for folder in UnitPlaces.units {
                let path = folder.appending(name.text)
                guard let status = try places.status(path) else { continue }
                if status.kind == .regular { return path }
                guard status.kind == .symlink, let target = try places.target(path) else { continue }
                // A mask of the admin's hides the file; one of the distribution's is the unit itself.
                if target == "/dev/null" {
                    if folder == UnitPlaces.settings { continue }
                    return path
                }
                if target.lastComponent?.string == name.text { return path }
            }
        }
        return nil
    }

    /// Whether there is such a unit: a file, or a script for System V, or what was made from something else.
    func exists(_ unit: UnitName) throws(ComponentsError) -> Bool {
        if try path(of: unit) != nil { return true }
        if try script(of: unit) != nil { return true }
        for folder in UnitPlaces.generated where try places.status(folder.appending(unit.text)) != nil {
            return true
        }
        return false
    }

    /// The script for System V that a service without a unit file is.
    func script(of unit: UnitName) throws(ComponentsError) -> FilePath? {
        guard unit.type == "service" else { return nil }
        for name in [unit.stem, "\(unit.stem).sh"] {
            let path = UnitPlaces.scripts.appending(String(name))
            if try places.status(path)?.kind == .regular { return path }
        }
        return nil
    }

    /// The unit that a distribution calls by another name, such as `dbus.service` for `dbus-org.example.service`.
    func aliased(_ name: UnitName) throws(ComponentsError) -> UnitName? {
        for folder in UnitPlaces.units.dropFirst() {
            let path = folder.appending(name.text)
            guard let status = try places.status(path) else { continue }
            guard status.kind == .symlink, let target = try places.target(path) else { return nil }
            return Self.aliased(name, target)
        }
        return nil
    }

    /// The unit of which a symlink of that name makes another name; `nil` when it does not.
    static func aliased(_ name: UnitName, _ target: FilePath) -> UnitName? {
        guard let last = target.lastComponent.flatMap({ UnitName($0.string) }), last.type == name.type,
            last != name, last != name.template
        else { return nil }
        guard last.isTemplate, let instance = name.instance, !instance.isEmpty else { return last }
        return last.instance(instance)
    }

    /// What the file of a unit says in `[Install]`.
    func installation(of unit: UnitName) throws(ComponentsError) -> Installation {
        var installation = Installation()
        guard let path = try path(of: unit), let lines = try places.lines(path) else { return installation }
        var section = ""
        for line in lines.map({ $0.trimming(while: \.isWhitespace) }) {
            if line.hasPrefix("[") { section = String(line) }
            guard section == "[Install]", let equals = line.firstIndex(of: "=") else { continue }
            let words = line[line.index(after: equals)...].split(whereSeparator: \.isWhitespace)
                .map { Self.expand($0, unit) }
            func folders(_ end: String) -> [String] { words.map { EscapedText.escape("\($0).\(end)".utf8) } }
            switch line[..<equals].trimming(while: \.isWhitespace) {
            case "WantedBy": installation.links += folders("wants")
            case "RequiredBy": installation.links += folders("requires")
            case "UpheldBy": installation.links += folders("upholds")
            case "Alias": installation.links += words.map { EscapedText.escape($0.utf8) }
            case "Also": installation.also += words.compactMap { UnitName($0) }
            case "DefaultInstance": installation.defaultInstance = words.first
            default: break
            }
        }
        return installation
    }

    private static func expand(_ word: Substring, _ unit: UnitName) -> String {
        let prefix = unit.stem.firstIndex(of: "@").map { unit.stem[..<$0] } ?? unit.stem
        return String(word).replacing("%i", with: unit.instance ?? "").replacing("%p", with: prefix)
            .replacing("%N", with: unit.stem).replacing("%n", with: unit.text)
    }
}

extension Substring {
    /// The text without what fulfils a condition at both ends.
    func trimming(while isDropped: (Character) -> Bool) -> Substring {
        var text = drop(while: isDropped)
        while let last = text.last, isDropped(last) { text.removeLast() }
        return text
    }
}
