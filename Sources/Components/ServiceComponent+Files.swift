public import FabricModel
internal import LinuxSystem
public import SystemPackage

extension ServiceComponent {
    /// No: units of which there is nothing to say are looked at only when somebody asks for them.
    public var knowsAll: Bool { false }

    /// Has systemd read the files of units again, and removes the folders of drop-ins that have become empty.
    ///
    /// - Throws: `ComponentsError` with code `programFailed`, `cannotChange`.
    public func follow(_ paths: [FilePath]) throws(ComponentsError) {
        for folder in Set(paths.map { $0.removingLastComponent() })
        where folder.lastComponent?.string.hasSuffix(".d") ?? false {
            try removeIfEmpty(folder)
        }
        try reload()
    }

    /// Restarts and reloads units, those that run.
    public func act(on flags: EntryFlags) -> [ResourceKey: ComponentsError] {
        let failures = restart(flags.restart).merging(reload(flags.reload)) { first, _ in first }
        return Dictionary(failures.map { (ResourceKey(.service, checked: $0), $1) }) { first, _ in first }
    }

    /// A folder of drop-ins is there for their sake alone.
    private func removeIfEmpty(_ folder: FilePath) throws(ComponentsError) {
        guard claim(folder) == .owns else { return }
        do {
            guard let entries = try DirectoryListing.entries(of: folder), entries.isEmpty else { return }
            try AtomicFile.remove(folder)
        } catch {
            throw ComponentsError(.cannotChange, folder.bytes, "is empty and cannot be removed: \(error)")
        }
    }
}
