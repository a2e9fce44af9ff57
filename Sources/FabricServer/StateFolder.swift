import LinuxSystem
import ServerStore
import SystemPackage

/// The folder of the server's database, which one server uses at a time.
enum StateFolder {
    private static let lockName = "weft-server.lock"

    /// Makes the folder where it is missing and takes it for this process.
    ///
    /// - Throws: `ServerError` with code `stateInUse`, naming the process that has it, or `stateUnusable`.
    static func lock(_ path: String) throws(ServerError) -> InstanceLock {
        do {
            try StoreFolder(path: path).prepare()
            return try InstanceLock(FilePath(path).appending(lockName))
        } catch let error as SystemError where error.code == .alreadyRunning {
            throw ServerError(.stateInUse, "state: \(path)", error.message, cause: error)
        } catch {
            throw unusable(path, error)
        }
    }

    /// Opens the database; another process may have it open too.
    ///
    /// - Throws: `ServerError` with code `stateUnusable`.
    static func open(_ path: String) async throws(ServerError) -> SQLiteStore {
        do {
            return try await SQLiteStore(folder: path)
        } catch {
            throw unusable(path, error)
        }
    }

    /// Opens the database for a server, which has to be able to rely on it.
    ///
    /// - Throws: `ServerError` with code `stateUnusable`, also where the database is not what was written.
    static func openChecked(_ path: String) async throws(ServerError) -> SQLiteStore {
        let store = try await open(path)
        do {
            try await store.check(path)
            return store
        } catch {
            do { try await store.close() } catch { throw unusable(path, error) }
            throw unusable(path, error)
        }
    }

    /// Opens a database that a server has made.
    ///
    /// - Throws: `ServerError` with code `stateMissing` or `stateUnusable`.
    static func openExisting(_ path: String) async throws(ServerError) -> SQLiteStore {
        guard StoreFolder(path: path).hasDatabase else {
            throw ServerError(
                .stateMissing,
                "state: \(path)",
                "there is no database here; name the server's folder with --state, or its settings with --config; "
                    + "'weft-server serve' makes the database when it starts for the first time"
            )
        }
        return try await open(path)
    }

    private static func unusable(_ path: String, _ error: any Error) -> ServerError {
        let problem =
            switch error {
            case let error as StoreError: error.message
            case let error as SystemError: error.message
            default: "\(error)"
            }
        return ServerError(.stateUnusable, "state: \(path)", problem, cause: error)
    }
}
