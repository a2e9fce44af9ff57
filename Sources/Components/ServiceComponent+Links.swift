import FabricModel
import LinuxSystem
import SystemPackage

extension ServiceComponent {
    /// Makes and removes links of a unit until they are those that are wanted.
    ///
    /// - Parameters:
    ///   - unit: The unit.
    ///   - wanted: What its links are to be.
    ///   - isAlone: Whether no other units are to change with it, as those do that its file names.
    /// - Throws: `ComponentsError` with code `programFailed` or `cannotChange`.
    func link(
        _ unit: UnitName,
        _ wanted: ServiceState,
        isAlone: Bool = false
    ) throws(ComponentsError) {
        let before = try links(of: unit)
        if isAlone {
            // Each link by itself.
        } else if wanted.links.isEmpty, try files.exists(unit) {
            try manager.fulfil(.disable, unit.text)
        } else if !Set(wanted.links).isSubset(of: before.keys) {
            try manager.fulfil(.enable, unit.text)
        }
        var isLinkedByHand = false
        for link in try Set(wanted.links).subtracting(links(of: unit).keys).sorted() {
            isLinkedByHand = try make(link, unit) || isLinkedByHand
        }
        for (_, path) in try links(of: unit).filter({ !wanted.links.contains($0.key) }) {
            do {
                try AtomicFile.remove(files.places(path))
                isLinkedByHand = true
            } catch {
                throw unit.error(.cannotChange, "the link \(path) cannot be removed: \(error)", cause: error)
            }
        }
        if isLinkedByHand { try manager.reload() }
    }

    private func links(of unit: UnitName) throws(ComponentsError) -> [String: FilePath] {
        try UnitLinks(files).units[unit]?.paths ?? [:]
    }

    /// Makes a link that the unit's file does not name.
    ///
    /// - Returns: Whether the manager has to be told of it.
    private func make(_ link: String, _ unit: UnitName) throws(ComponentsError) -> Bool {
        guard let name = (try? EscapedText.unescape(link)).map({ String(decoding: $0, as: UTF8.self) }),
            !UnitPlaces.runlevels.contains(link)
        else {
            throw unit.error(
                .cannotChange,
                "cannot be linked into \(link); it has no script for System V here"
            )
        }
        if name.hasSuffix(".wants") {
            try manager.fulfil(.wantedBy(String(name.dropLast(".wants".count))), unit.text)
            return false
        }
        if name.hasSuffix(".requires") {
            try manager.fulfil(.requiredBy(String(name.dropLast(".requires".count))), unit.text)
            return false
        }
        guard let file = try files.path(of: unit) else {
            throw unit.error(.cannotChange, "cannot be linked as \(link): it has no unit file")
        }
        // There is no command for these.
        let isFolder = name.hasSuffix(".upholds")
        let place = UnitPlaces.settings.appending(name)
        let path = files.places(isFolder ? place.appending(unit.text) : place)
        do {
            if try isFolder && FileStatus.at(files.places(place)) == nil {
                try AtomicFile.createDirectory(files.places(place), mode: 0o755, uid: 0, gid: 0)
            }
            try AtomicFile.replaceWithSymlink(path, to: file.bytes, uid: 0, gid: 0, precondition: .absent)
        } catch {
            throw unit.error(.cannotChange, "the link \(path) cannot be made: \(error)", cause: error)
        }
        return true
    }
}
