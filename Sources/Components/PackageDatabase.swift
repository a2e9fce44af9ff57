public import FabricModel
public import SystemPackage

/// What a package manager has installed, read without ever standing in its way.
///
/// All of it blocks for as long as the disk takes: it belongs on a thread of its own.
public protocol PackageDatabase: Sendable {
    /// The package manager's family.
    var system: PackageSystem { get }

    /// The directory in which a transaction shows; watch it for names that ``isHint(name:)`` knows.
    var hintDirectory: FilePath { get }

    /// What is degraded but works, such as a database that had to be read in a slower way.
    var warnings: [HealthWarning] { get }

    /// Whether a change of the entry `name` of ``hintDirectory`` means that a transaction may have changed something.
    ///
    /// Never true of what merely reading the database touches.
    func isHint(name: [UInt8]) -> Bool

    /// What a few calls of `lstat` say of the database: equal stamps mean equal packages.
    ///
    /// Take it before ``packages()``, so that a transaction in between shows in the next one.
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable`.
    func stamp() throws(ComponentsError) -> PackageDatabaseStamp

    /// Whether a transaction is running; what it has done so far is not worth reading.
    ///
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable`.
    func isBusy() throws(ComponentsError) -> Bool

    /// When packages were changed lately, as the package manager's own log tells, in the order in which that began.
    ///
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable`.
    func recentTransactions() throws(ComponentsError) -> [TransactionTime]

    /// All installed packages by key: the name, or `NAME.ARCH` for an architecture that is not the machine's own.
    ///
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable` or `programFailed`.
    func packages() throws(ComponentsError) -> [ResourceKey: PackageState]

    /// The packages of which the package manager has not finished what it began, as far as it keeps that in mind.
    ///
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable`.
    func unfinished() throws(ComponentsError) -> [UnfinishedPackage]

    /// The files that packages shipped at and below `roots`; of all packages, or of those whose keys' names are given.
    ///
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable` or `programFailed`.
    func shippedFiles(
        under roots: [FilePath],
        of packages: Set<String>?
    ) throws(ComponentsError) -> [ShippedFile]
}

extension PackageDatabase {
    /// None: rpm keeps none in mind, and two versions of one package, which a cut-off update leaves, are usual for kernels.
    public func unfinished() throws(ComponentsError) -> [UnfinishedPackage] { [] }

    /// None: what no log tells is not taken for a package's doing once its transaction has ended.
    public func recentTransactions() throws(ComponentsError) -> [TransactionTime] { [] }
}
