internal import FabricModel
import LinuxSystem
import SystemPackage

/// The links by which units are started and masked, read from the disk at one moment.
struct UnitLinks: Sendable {
    /// The links of one unit.
    struct Links: Hashable, Sendable {
        /// Where each link is, by what a state calls it.
        var paths: [String: FilePath] = [:]
        /// Whether the unit is linked to nothing.
        var isMasked = false

        /// Whether something starts the unit, rather than that it merely has another name.
        var areStarting: Bool { paths.keys.contains(where: UnitLinks.isStarting) }
    }

    /// Units that have a link or a mask.
    private(set) var units: [UnitName: Links] = [:]

    /// The ends of the names of folders that hold links.
    static let folderEnds = [".wants", ".requires", ".upholds"]

    /// Whether a link as a state calls it starts the unit, and is not another name of it.
    static func isStarting(_ link: String) -> Bool {
        folderEnds.contains { link.hasSuffix($0) } || UnitPlaces.runlevels.contains(link)
    }

    /// Reads all links.
    ///
    /// - Throws: `ComponentsError` with code `unreadableFile`.
    init(_ files: UnitFiles) throws(ComponentsError) {
        let places = files.places
        var aliases: [UnitName: UnitName] = [:]
        var folders: [String] = []
        for entry in try places.names(in: UnitPlaces.settings) {
            if entry.kind == .directory, Self.folderEnds.contains(where: { entry.name.hasSuffix($0) }) {
                folders.append(entry.name)
            }
            guard entry.kind == .symlink, let name = UnitName(entry.name) else { continue }
            let path = UnitPlaces.settings.appending(entry.name)
            switch try Self.meaning(of: path, name, places) {
            case .mask: units[name, default: Links()].isMasked = true
            case .alias(let unit): aliases[name] = unit
            case .file: break
            }
        }
        for (alias, unit) in aliases {
            let owner = Self.owner(of: unit, aliases)
            units[owner, default: Links()].paths[alias.escaped] = UnitPlaces.settings.appending(alias.text)
        }
        for folder in folders {
            let path = UnitPlaces.settings.appending(folder)
            for entry in try places.names(in: path) where entry.kind == .symlink {
                guard let name = UnitName(entry.name) else { continue }
                let known = if let alias = aliases[name] { alias } else { try files.aliased(name) }
                let owner = Self.owner(of: known ?? name, aliases)
                units[owner, default: Links()].paths[EscapedText.escape(folder.utf8)] = path.appending(
                    entry.name
                )
            }
        }
        try readRunlevels(files, aliases)
    }

    /// Adds the links of scripts for System V that have no unit.
    private mutating func readRunlevels(
        _ files: UnitFiles,
        _ aliases: [UnitName: UnitName]
    ) throws(ComponentsError) {
        var found: [UnitName: [String: FilePath]] = [:]
        for runlevel in UnitPlaces.runlevels {
            let folder = FilePath("/etc").appending(runlevel)
            for entry in try files.places.names(in: folder) where entry.kind == .symlink {
                guard let script = Self.script(entry.name), script.isStarted,
                    let unit = UnitName("\(script.name).service")
                else { continue }
                found[unit, default: [:]][runlevel] = folder.appending(entry.name)
            }
        }
        for (unit, paths) in found where aliases[unit] == nil {
            if try files.path(of: unit) != nil { continue }
            if try files.aliased(unit) != nil { continue }
            units[unit, default: Links()].paths.merge(paths) { known, _ in known }
        }
    }

    /// What a symlink beside the unit files is.
    enum Meaning: Hashable, Sendable {
        /// A file by itself: a unit that lies elsewhere under the same name, or a target such as `default.target`.
        case file
        case mask
        case alias(UnitName)
    }

    /// What the symlink of that name at a path of the system is.
    static func meaning(
        of path: FilePath,
        _ name: UnitName,
        _ places: UnitPlaces
    ) throws(ComponentsError) -> Meaning {
        guard name.text != "default.target", let target = try places.target(path) else { return .file }
        let absolute = target.isAbsolute ? target : path.removingLastComponent().pushing(target)
        if absolute.lexicallyNormalized() == "/dev/null" { return .mask }
        return UnitFiles.aliased(name, target).map { .alias($0) } ?? .file
    }

    /// The unit at the end of a chain of other names.
    private static func owner(of unit: UnitName, _ aliases: [UnitName: UnitName]) -> UnitName {
        var unit = unit
        for _ in 0..<8 {
            guard let next = aliases[unit] else { break }
            unit = next
        }
        return unit
    }

    /// The script of a link such as `S01cron` or `K01hwclock.sh`, and whether the link starts it.
    static func script(_ link: String) -> (name: Substring, isStarted: Bool)? {
        guard let first = link.first, first == "S" || first == "K" else { return nil }
        let rest = link.dropFirst()
        let digits = rest.prefix { $0.isNumber && $0.isASCII }
        let name = rest.dropFirst(digits.count)
        guard digits.count == 2, !name.isEmpty else { return nil }
        return (name.hasSuffix(".sh") ? name.dropLast(3) : name, first == "S")
    }
}
