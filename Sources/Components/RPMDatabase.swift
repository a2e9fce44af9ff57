public import FabricModel
internal import LinuxSystem
internal import Synchronization
public import SystemPackage

/// The packages that rpm has installed.
///
/// An SQLite database is read directly; one of another kind, or one that looks unexpected, by asking `rpm -qa`.
public final class RPMDatabase: PackageDatabase {
    /// Where rpm and dnf keep their files.
    public struct Places: Hashable, Sendable {
        /// The folder of the database; `nil` where rpm is to be asked.
        public var folder: FilePath?
        /// The history of dnf 4.
        public var history: FilePath = "/var/lib/dnf/history.sqlite"
        /// The state of dnf 5.
        public var state: FilePath = "/usr/lib/sysimage/libdnf5/packages.toml"
        /// The file with which dnf 4 keeps others out of its transaction, and which holds its process number.
        public var dnfLock: FilePath = "/var/lib/dnf/rpmdb_lock.pid"
        /// The file that dnf 5 locks for a transaction.
        public var dnf5Lock: FilePath = "/run/dnf/rpmtransaction.lock"
        /// The root of the file system into which packages are installed.
        public var root: FilePath = "/"

        /// The usual places.
        public init() {}
    }

    private struct State {
        var snapshot: RPMSQLite.Snapshot?
        var reasons: [String: PackageState.Reason]?
        var reasonsStamp: PackageDatabaseStamp?
        var directProblem: String?
        var reasonsProblem: String?
    }

    /// Where the database lies.
    public let places: Places
    private let configuration: RPMConfiguration
    private let options: [String]
    private let state = Mutex(State())

    private static let time: Duration = .seconds(60)

    /// The database in `places`; `nil` when it is not there.
    ///
    /// A database that is missing is never opened, since rpm would make one.
    /// - Throws: `ComponentsError` with code `programFailed` when rpm is there and does not answer.
    public convenience init?(places: Places = Places()) throws(ComponentsError) {
        let options = places.folder.map { ["--dbpath", $0.string] } ?? []
        guard Self.isInstalled else { return nil }
        let configuration = try RPMConfiguration(options: options, time: .seconds(10))
        do {
            guard try FileStatus.at(configuration.mainFile) != nil else { return nil }
        } catch {
            throw Self.unreadable(configuration.folder, error)
        }
        self.init(places: places, configuration: configuration, options: options)
    }

    init(places: Places, configuration: RPMConfiguration, options: [String]) {
        self.places = places
        self.configuration = configuration
        self.options = options
    }

    /// The package manager's family.
    public var system: PackageSystem { .rpm }

    /// The real folder of the database.
    public var hintDirectory: FilePath { configuration.folder }

    /// Whether the database had to be read through rpm, or dnf's reasons could not be read.
    public var warnings: [HealthWarning] {
        let (direct, reasons) = state.withLock { ($0.directProblem, $0.reasonsProblem) }
        var warnings: [HealthWarning] = []
        if let direct {
            warnings.append(
                HealthWarning(
                    code: "package-database-slow",
                    message: "the package database looks unexpected and is read through rpm: \(direct)",
                    subject: EscapedText.escape(configuration.mainFile.bytes)
                )
            )
        }
        if let reasons {
            warnings.append(
                HealthWarning(
                    code: "package-reasons-unknown",
                    message: "why packages were installed cannot be told: \(reasons)",
                    subject: EscapedText.escape(places.history.bytes)
                )
            )
        }
        return warnings
    }

    /// Whether the database itself was written to; its log and its index change with mere reading.
    public func isHint(name: [UInt8]) -> Bool {
        configuration.mainFile.lastComponent.map { Array($0.string.utf8) == name } ?? false
    }

    /// What the database, its log, and dnf's notes of reasons look like.
    ///
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable`.
    public func stamp() throws(ComponentsError) -> PackageDatabaseStamp {
        let main = configuration.mainFile
        do {
            return try PackageDatabaseStamp(
                of: [main, FilePath(bytes: main.bytes + Array("-wal".utf8))] + reasonFiles
            )
        } catch {
            throw Self.unreadable(configuration.folder, error)
        }
    }

    /// Whether rpm or dnf is in a transaction.
    ///
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable`.
    public func isBusy() throws(ComponentsError) -> Bool {
        do throws(SystemError) {
            if try FileLock.isHeld(configuration.lock) { return true }
            if try FileLock.isHeld(places.dnf5Lock) { return true }
            return try FileLock.isHeld(byProcessIn: places.dnfLock, named: ["dnf", "yum", "packagekit"])
        } catch {
            throw Self.unreadable(configuration.folder, error)
        }
    }

    /// The transactions of dnf 4; what rpm did by itself is logged nowhere.
    ///
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable`.
    public func recentTransactions() throws(ComponentsError) -> [TransactionTime] {
        do {
            return try DNFHistory.transactions(in: places.history)
        } catch {
            throw ComponentsError(
                .packageDatabaseUnreadable,
                places.history.bytes,
                "does not tell when packages were changed",
                cause: error
            )
        }
    }

    /// All installed packages by key.
    ///
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable` or `programFailed`.
    public func packages() throws(ComponentsError) -> [ResourceKey: PackageState] {
        let reasons = reasons()
        var instances: [String: [RPMPackage]] = [:]
        for package in try installed() { instances[keyName(package), default: []].append(package) }
        var packages: [ResourceKey: PackageState] = [:]
        for (name, installed) in instances {
            let key: ResourceKey
            do {
                key = try ResourceKey(.package, bytes: name.utf8)
            } catch {
                throw ComponentsError(
                    .packageDatabaseUnreadable,
                    configuration.folder.bytes,
                    "names a package that rpm itself would refuse; see rpm --rebuilddb",
                    cause: error
                )
            }
            packages[key] = PackageState(
                system: .rpm,
                instances: installed.map { PackageState.Instance(evr: $0.evr, arch: $0.arch) },
                reason: installed.lazy.compactMap { reasons?["\($0.name).\($0.arch)"] }.first
            )
        }
        return packages
    }

    /// The files that packages shipped.
    ///
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable` or `programFailed`.
    public func shippedFiles(
        under roots: [FilePath],
        of packages: Set<String>?
    ) throws(ComponentsError) -> [ShippedFile] {
        let filter: ShippedPathFilter
        do {
            filter = try ShippedPathFilter(root: places.root, roots: roots)
        } catch {
            throw Self.unreadable(places.root, error)
        }
        if let sqlite {
            do {
                let files = try shippedFiles(sqlite, filter, packages)
                state.withLock { $0.directProblem = nil }
                return files
            } catch {
                state.withLock { $0.directProblem = error.problem }
            }
        }
        try checkIsThere()
        let isWanted = { (package: RPMPackage) in packages?.contains(self.keyName(package)) ?? true }
        return try RPMQuery(options: options, time: Self.time).shippedFiles(filter, isWanted, named: keyName)
    }

    private var sqlite: RPMSQLite? {
        configuration.backend == "sqlite" ? RPMSQLite(file: configuration.mainFile) : nil
    }

    private var reasonFiles: [FilePath] {
        [places.state, places.history, FilePath(bytes: places.history.bytes + Array("-wal".utf8))]
    }

    // One reader at a time: the snapshot is taken from the last one.
    private func installed() throws(ComponentsError) -> [RPMPackage] {
        if let sqlite {
            let found = state.withLock { state -> [RPMPackage]? in
                do throws(RPMSQLite.Unexpected) {
                    let snapshot = try sqlite.snapshot(after: state.snapshot)
                    state.snapshot = snapshot
                    state.directProblem = nil
                    return Array(snapshot.rows.values)
                } catch {
                    state.snapshot = nil
                    state.directProblem = error.problem
                    return nil
                }
            }
            if let found { return found }
        }
        try checkIsThere()
        return try RPMQuery(options: options, time: Self.time).packages()
    }

    private func shippedFiles(
        _ sqlite: RPMSQLite,
        _ filter: ShippedPathFilter,
        _ packages: Set<String>?
    ) throws(RPMSQLite.Unexpected) -> [ShippedFile] {
        let known = state.withLock(\.snapshot)
        let snapshot = try sqlite.snapshot(after: known)
        state.withLock { $0.snapshot = snapshot }
        let numbers = packages.map { packages in
            snapshot.rows.filter { packages.contains(keyName($0.value)) }.map(\.key)
        }
        var files: [ShippedFile] = []
        let reader = RPMShippedFiles(filter: filter)
        try sqlite.visit(numbers) { header in
            guard let package = try RPMPackage(header) else { return }
            files += try reader.files(of: header, named: keyName(package))
        }
        return files
    }

    private func reasons() -> [String: PackageState.Reason]? {
        state.withLock { state in
            do {
                let stamp: PackageDatabaseStamp
                do throws(SystemError) {
                    stamp = try PackageDatabaseStamp(of: reasonFiles)
                } catch {
                    throw Self.unreadable(places.history, error)
                }
                if state.reasonsStamp != stamp || state.reasonsProblem != nil {
                    state.reasons = try DNFReasons.read(state: places.state, history: places.history)
                    state.reasonsStamp = stamp
                    state.reasonsProblem = nil
                }
            } catch {
                state.reasons = nil
                state.reasonsProblem = "\(error)"
            }
            return state.reasons
        }
    }

    // Rpm would make a database that has gone away anew.
    private func checkIsThere() throws(ComponentsError) {
        do throws(SystemError) {
            guard try FileStatus.at(configuration.mainFile) != nil else {
                throw SystemError(
                    .notFound,
                    .lstat,
                    configuration.mainFile.bytes,
                    "has gone away; put it back"
                )
            }
        } catch {
            throw Self.unreadable(configuration.folder, error)
        }
    }

    private func keyName(_ package: RPMPackage) -> String {
        package.arch == "noarch" || configuration.nativeArchs.contains(package.arch)
            ? package.name : "\(package.name).\(package.arch)"
    }

    private static var isInstalled: Bool {
        ["/usr/bin/rpm", "/bin/rpm", "/usr/local/bin/rpm"]
            .contains { (try? FileStatus.at(FilePath($0))) != nil }
    }

    private static func unreadable(_ folder: FilePath, _ error: SystemError) -> ComponentsError {
        ComponentsError(
            .packageDatabaseUnreadable,
            folder.bytes,
            "rpm's database cannot be read: \(error.message)",
            cause: error
        )
    }
}
