import Components
import FabricModel

/// The package system of this node, as its settings choose it.
enum NodePackages {
    /// The package database; `nil` where there is none, or none is wanted.
    ///
    /// - Throws: `ComponentsError` when the one that is asked for is not there.
    static func database(_ settings: NodeSettings) throws -> (any PackageDatabase)? {
        switch settings.packages {
        case .off: nil
        case .auto: try PackageDatabases.detect(preferred: nil)
        case .rpm: try PackageDatabases.detect(preferred: .rpm)
        case .dpkg: try PackageDatabases.detect(preferred: .dpkg)
        }
    }

    /// The component on a database; none without one.
    static func components(on database: (any PackageDatabase)?) -> [any Component] {
        database.map { [PackageComponent($0, manager(of: $0))] } ?? []
    }

    /// The program that changes the packages of a database.
    private static func manager(of database: any PackageDatabase) -> any PackageManager {
        switch database.system {
        case .dpkg: Apt()
        case .rpm: DNF()
        }
    }
}
