import FabricModel
import LinuxSystem
import Synchronization
import SystemPackage

@testable import Components

/// A database whose packages and shipped files a test sets, and whose list of these can fail.
final class ScriptedDatabase: PackageDatabase {
    let system = PackageSystem.dpkg
    let hintDirectory: FilePath
    let warnings: [HealthWarning] = []
    let versions = Mutex<[String: String]>([:])
    /// Those of the packages that nobody chose.
    let dependencies = Mutex<Set<String>>([])
    /// Those of the packages that are not configured.
    let unconfigured = Mutex<Set<String>>([])
    let isLocked = Mutex(false)
    let transactions = Mutex<[TransactionTime]>([])
    let shipped = Mutex<[ShippedFile]>([])
    let fails = Mutex(false)

    init(folder: FilePath) {
        hintDirectory = folder
    }

    func isHint(name: [UInt8]) -> Bool { true }

    /// What tells when the database was last written; a test writes it.
    var status: FilePath { hintDirectory.appending("status") }

    // Another for each number of packages, and for each status.
    func stamp() throws(ComponentsError) -> PackageDatabaseStamp {
        do {
            let files = versions.withLock { $0.keys.map { FilePath("/\($0)") } }
            return try PackageDatabaseStamp(of: [status] + files)
        } catch {
            throw ComponentsError(.packageDatabaseUnreadable, hintDirectory.bytes, "\(error)")
        }
    }

    func unfinished() throws(ComponentsError) -> [UnfinishedPackage] {
        unconfigured.withLock(\.self)
            .map { name in
                let key = ResourceKey(.package, checked: name)
                return UnfinishedPackage(key: key, state: "unpacked", command: "dpkg --configure -a")
            }
    }

    func isBusy() throws(ComponentsError) -> Bool { isLocked.withLock(\.self) }

    func recentTransactions() throws(ComponentsError) -> [TransactionTime] { transactions.withLock(\.self) }

    func packages() throws(ComponentsError) -> [ResourceKey: PackageState] {
        do {
            let dependencies = dependencies.withLock(\.self)
            let installed = try versions.withLock(\.self)
                .map { name, version in
                    let instance = PackageState.Instance(evr: try PackageVersion(version), arch: "amd64")
                    let reason: PackageState.Reason = dependencies.contains(name) ? .dependency : .user
                    let state = PackageState(system: .dpkg, instances: [instance], reason: reason)
                    return (try ResourceKey("package:\(name)"), state)
                }
            return Dictionary(uniqueKeysWithValues: installed)
        } catch {
            throw ComponentsError(.packageDatabaseUnreadable, hintDirectory.bytes, "\(error)")
        }
    }

    func shippedFiles(
        under roots: [FilePath],
        of packages: Set<String>?
    ) throws(ComponentsError) -> [ShippedFile] {
        guard fails.withLock(\.self) else { return shipped.withLock(\.self) }
        throw ComponentsError(.programFailed, hintDirectory.bytes, "the list cannot be read")
    }
}
