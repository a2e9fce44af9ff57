public import FabricModel
internal import LinuxSystem

/// Finds the package database that this machine's packages are in.
public enum PackageDatabases {
    /// The database of the preferred system; without a preference the one that holds packages, and of two the one that
    /// holds more.
    ///
    /// - Returns: `nil` when no database holds packages.
    /// - Throws: `ComponentsError` with code `packageDatabaseMissing` when the preferred one is not there, and what
    ///   reading it throws.
    public static func detect(
        preferred: PackageSystem? = nil,
        rpm: RPMDatabase.Places = RPMDatabase.Places(),
        dpkg: DpkgDatabase.Places = DpkgDatabase.Places()
    ) throws(ComponentsError) -> (any PackageDatabase)? {
        switch preferred {
        case .rpm:
            guard let database = try RPMDatabase(places: rpm) else {
                throw ComponentsError(
                    .packageDatabaseMissing,
                    "rpm".utf8,
                    "has no database here; leave the choice of package manager to be found out, or choose dpkg"
                )
            }
            return database
        case .dpkg:
            guard let database = try DpkgDatabase(places: dpkg) else {
                throw ComponentsError(
                    .packageDatabaseMissing,
                    dpkg.folder.bytes,
                    "is no database of dpkg; leave the choice of package manager to be found out, or choose rpm"
                )
            }
            return database
        case nil:
            var found: [any PackageDatabase] = []
            if let database = try DpkgDatabase(places: dpkg) { found.append(database) }
            if let database = try RPMDatabase(places: rpm) { found.append(database) }
            var best: (database: any PackageDatabase, count: Int)?
            for database in found {
                let count = try database.packages().count
                if count > best?.count ?? 0 { best = (database, count) }
            }
            return best?.database
        }
    }
}
