public import FabricModel

extension DpkgDatabase {
    /// The packages that dpkg has not finished; none while it is working on them.
    public var warnings: [HealthWarning] {
        do throws(ComponentsError) {
            // Also one that began while the file was read.
            guard try !isBusy() else { return [] }
            let unfinished = try unfinished()
            return try isBusy() ? [] : unfinished.map(\.warning)
        } catch {
            // That the database cannot be read says whoever records packages.
            return []
        }
    }

    /// The packages that dpkg has unpacked and not configured, or not even unpacked, by key.
    ///
    /// *Source*: dpkg(1), whose `--audit` lists them.
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable`.
    public func unfinished() throws(ComponentsError) -> [UnfinishedPackage] {
        try status(withConffiles: false).unfinished
            .compactMap { package in
                let name = keyName(package.name, package.arch)
                // Names that are none are refused where packages are read.
                guard let key = try? ResourceKey(.package, bytes: name.utf8) else { return nil }
                let command =
                    package.isBroken
                    ? "apt-get install --reinstall \(package.name):\(package.arch)" : "dpkg --configure -a"
                return UnfinishedPackage(key: key, state: package.state, command: command)
            }
            .sorted { $0.key < $1.key }
    }
}
