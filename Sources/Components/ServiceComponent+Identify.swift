public import FabricModel
import LinuxSystem
public import SystemPackage

extension ServiceComponent {
    /// Identifies units: all that have a link, a mask or an entry, or those that are asked for.
    ///
    /// - Throws: `ComponentsError` with code `unreadableFile`.
    public func identify(_ keys: Set<ResourceKey>?) throws(ComponentsError) -> [Observation] {
        let links = try UnitLinks(files).units
        var wanted = keys.map { Set($0.compactMap { UnitName($0) }) }
        if keys == nil { wanted = try Set(links.keys).union(existing(watched)) }
        var states: [UnitName: UnitLinks.Links] = [:]
        var observations: [Observation] = []
        for unit in (wanted ?? []).sorted() {
            if let own = links[unit], try !areLeft(own, of: unit) {
                states[unit] = own
            } else if try files.exists(unit) {
                states[unit] = .init()
            } else {
                observations.append(Observation(key: unit.key, state: .absent))
            }
        }
        let running = running(states)
        for (unit, links) in states {
            let state = ServiceState(
                links: links.paths.keys,
                isMasked: links.isMasked,
                isRunning: running[unit]
            )
            observations.append(Observation(key: unit.key, state: .service(state)))
        }
        return observations.sorted { $0.key < $1.key }
    }

    /// Whether links of a unit that does not exist are those that its package left when it was removed: nobody made them.
    private func areLeft(_ links: UnitLinks.Links, of unit: UnitName) throws(ComponentsError) -> Bool {
        if try files.exists(unit) { return false }
        if links.isMasked, try !defaults.isLeftMasked(unit) { return false }
        return try defaults.links(of: unit, among: []).isSuperset(of: links.paths.keys)
    }

    private func existing(_ units: Set<UnitName>) throws(ComponentsError) -> Set<UnitName> {
        var existing: Set<UnitName> = []
        for unit in units where try files.exists(unit) { existing.insert(unit) }
        return existing
    }

    /// The folders and links below `/etc` that start and mask units are the units' own; what their files say tells.
    public func claim(_ path: FilePath) -> PathClaim {
        let parent = path.removingLastComponent()
        guard let name = path.lastComponent?.string, let folder = parent.lastComponent?.string else {
            return .none
        }
        if path == UnitPlaces.properties { return isDirectoryOrGone(path) ? .owns : .none }
        if parent == UnitPlaces.properties { return claim(path, name) }
        if parent.removingLastComponent() == UnitPlaces.properties, folder.hasSuffix(".d") { return .tells }
        if parent == UnitPlaces.settings { return claim(path, name) }
        if parent.removingLastComponent() == UnitPlaces.settings {
            if Self.isLinkFolder(folder) { return .owns }
            return folder.hasSuffix(".d") ? .tells : .none
        }
        if parent.removingLastComponent() == "/etc", UnitPlaces.runlevels.contains(folder) {
            return UnitLinks.script(name) == nil ? .none : .owns
        }
        return parent == UnitPlaces.scripts ? .tells : .none
    }

    private func claim(_ path: FilePath, _ name: String) -> PathClaim {
        if Self.isLinkFolder(name) { return .owns }
        // A file of that kind is nobody's business; a folder belongs to the drop-ins in it.
        if name.hasSuffix(".d") { return isDirectoryOrGone(path) ? .owns : .none }
        guard let unit = UnitName(name) else { return .none }
        switch try? UnitLinks.meaning(of: path, unit, files.places) {
        case .mask, .alias: return .owns
        case .file, nil: return .tells
        }
    }

    private func isDirectoryOrGone(_ path: FilePath) -> Bool {
        guard let status = try? files.places.status(path) else { return true }
        return status.kind == .directory
    }

    private static func isLinkFolder(_ name: String) -> Bool {
        UnitLinks.folderEnds.contains { name.hasSuffix($0) }
    }
}
