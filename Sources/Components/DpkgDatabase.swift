public import FabricModel
internal import LinuxSystem
public import SystemPackage

/// The packages that dpkg has installed, read from its files.
///
/// *Source*: dpkg(1), dpkg-query(1), apt-mark(8), and the files below `/var/lib/dpkg`.
public struct DpkgDatabase: PackageDatabase {
    /// Where dpkg and apt keep their files.
    public struct Places: Hashable, Sendable {
        /// dpkg's own folder.
        public var folder: FilePath = "/var/lib/dpkg"
        /// Where apt notes which packages it installed for others.
        public var extendedStates: FilePath = "/var/lib/apt/extended_states"
        /// Where apt logs what it does.
        public var aptHistory: FilePath = "/var/log/apt/history.log"
        /// Where dpkg does.
        public var log: FilePath = "/var/log/dpkg.log"
        /// The root of the file system into which packages are installed.
        public var root: FilePath = "/"

        /// The usual places.
        public init() {}
    }

    /// Where the database lies.
    public let places: Places
    private let nativeArch: String

    /// The database in `places`; `nil` when it is not there.
    ///
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable`.
    public init?(places: Places = Places()) throws(ComponentsError) {
        self.places = places
        do {
            guard let status = try SystemFile.read(places.folder.appending("status"), limit: Self.sizeLimit)
            else {
                return nil
            }
            nativeArch = try Self.nativeArch(places.folder, status)
        } catch {
            throw Self.unreadable(places.folder, error)
        }
    }

    /// The package manager's family.
    public var system: PackageSystem { .dpkg }

    /// The folder in which the status file is replaced.
    public var hintDirectory: FilePath { places.folder }

    /// Whether the status file was replaced.
    public func isHint(name: [UInt8]) -> Bool { name == Array("status".utf8) }

    /// What the status file, the notes that dpkg has not yet merged into it, and apt's states look like.
    ///
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable`.
    public func stamp() throws(ComponentsError) -> PackageDatabaseStamp {
        do {
            return try PackageDatabaseStamp(of: [
                places.folder.appending("status"), places.folder.appending("updates"), places.extendedStates,
            ])
        } catch {
            throw Self.unreadable(places.folder, error)
        }
    }

    /// Whether dpkg runs, or apt between its calls of dpkg.
    ///
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable`.
    public func isBusy() throws(ComponentsError) -> Bool {
        do {
            for lock in ["lock-frontend", "lock"] where try FileLock.isHeld(places.folder.appending(lock)) {
                return true
            }
            return false
        } catch {
            throw Self.unreadable(places.folder, error)
        }
    }

    /// The runs of apt, and the calls of dpkg that were not apt's.
    ///
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable`.
    public func recentTransactions() throws(ComponentsError) -> [TransactionTime] {
        do {
            return try DpkgLogs.transactions(apt: places.aptHistory, dpkg: places.log)
        } catch {
            throw Self.unreadable(places.log, error)
        }
    }

    /// All installed packages by key, and those of which the configuration is left.
    ///
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable`.
    public func packages() throws(ComponentsError) -> [ResourceKey: PackageState] {
        let automatic = try automaticallyInstalled()
        var packages: [ResourceKey: PackageState] = [:]
        for package in try status(withConffiles: false).packages {
            let name = keyName(package)
            guard let key = try? ResourceKey(.package, bytes: name.utf8),
                let version = try? PackageVersion(package.version)
            else {
                throw ComponentsError(
                    .packageDatabaseUnreadable,
                    places.folder.bytes,
                    "names a package '\(EscapedText.escape(name.utf8))' in version "
                        + "'\(EscapedText.escape(package.version.utf8))', which dpkg itself would refuse; mend the status file"
                )
            }
            packages[key] = PackageState(
                system: .dpkg,
                instances: package.isRemoved
                    ? [] : [PackageState.Instance(evr: version, arch: package.arch)],
                reason: package.isRemoved
                    ? nil : automatic.map { $0.contains(name) ? .dependency : .user }
            )
        }
        return packages
    }

    /// The files that packages shipped, with their MD5 digests.
    ///
    /// - Throws: `ComponentsError` with code `packageDatabaseUnreadable`.
    public func shippedFiles(
        under roots: [FilePath],
        of packages: Set<String>?
    ) throws(ComponentsError) -> [ShippedFile] {
        let status = try status(withConffiles: true)
        do {
            let reader = try DpkgShippedFiles(places: places, roots: roots)
            var files: [ShippedFile] = []
            for package in status.packages {
                let name = keyName(package)
                guard packages?.contains(name) ?? true else { continue }
                files += try reader.files(of: package, named: name)
            }
            return files
        } catch {
            throw Self.unreadable(places.folder, error)
        }
    }

    private static let sizeLimit = 256 << 20

    // The names, as in keys, of the packages that apt installed for others; `nil` where apt keeps no such list.
    private func automaticallyInstalled() throws(ComponentsError) -> Set<String>? {
        let file: [UInt8]?
        do {
            file = try SystemFile.read(places.extendedStates, limit: Self.sizeLimit)
        } catch {
            throw Self.unreadable(places.extendedStates, error)
        }
        guard let file else { return nil }
        var names: Set<String> = []
        ControlFile(file)
            .visit(["Package", "Architecture", "Auto-Installed"]) { values in
                guard let name = values[0], let mark = values[2], mark.elementsEqual("1".utf8) else { return }
                let arch = values[1].map { String(decoding: $0, as: UTF8.self) } ?? nativeArch
                names.insert(keyName(String(decoding: name, as: UTF8.self), arch))
            }
        return names
    }

    func status(withConffiles: Bool) throws(ComponentsError) -> DpkgStatus {
        do throws(SystemError) {
            let file = places.folder.appending("status")
            guard let status = try SystemFile.read(file, limit: Self.sizeLimit) else {
                throw SystemError(.notFound, .open, file.bytes, "has gone away; put it back")
            }
            return DpkgStatus(status: status, updates: try pendingUpdates(), withConffiles: withConffiles)
        } catch {
            throw Self.unreadable(places.folder, error)
        }
    }

    // Left behind only where dpkg was killed: it reads them again the next time it runs, and so does dpkg-query.
    private func pendingUpdates() throws(SystemError) -> [[UInt8]] {
        let folder = places.folder.appending("updates")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let entries = try DirectoryListing.entries(of: folder) ?? []
        let names = entries.map(\.name).filter { name in name.allSatisfy { digits.contains($0) } }
        var updates: [[UInt8]] = []
        for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let file = FilePath(bytes: folder.bytes + [UInt8(ascii: "/")] + name)
            if let update = try SystemFile.read(file, limit: Self.sizeLimit) { updates.append(update) }
        }
        return updates
    }

    private func keyName(_ package: DpkgStatus.Package) -> String {
        keyName(package.name, package.arch)
    }

    func keyName(_ name: String, _ arch: String) -> String {
        arch == nativeArch || arch == "all" || arch.isEmpty ? name : "\(name).\(arch)"
    }

    // The first line of the list of architectures, which is there only where a second one was added; else dpkg's own.
    private static func nativeArch(_ folder: FilePath, _ status: [UInt8]) throws(SystemError) -> String {
        if let native = try SystemFile.lines(folder.appending("arch"))?.first { return String(native) }
        var found = ""
        ControlFile(status)
            .visit(["Package", "Architecture"]) { values in
                guard let name = values[0], name.elementsEqual("dpkg".utf8), let arch = values[1] else {
                    return
                }
                found = String(decoding: arch, as: UTF8.self)
            }
        return found
    }

    private static func unreadable(_ folder: FilePath, _ error: SystemError) -> ComponentsError {
        ComponentsError(
            .packageDatabaseUnreadable,
            folder.bytes,
            "dpkg's database cannot be read: \(error.message)",
            cause: error
        )
    }
}
