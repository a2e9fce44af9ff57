import FabricAPI
import FabricModel
import FoundationEssentials
import LinuxSystem
import ServerStore

/// Backups of the store, on the machine of the server.
public enum StoreCopy {
    /// Copies the store into a file, while a server runs or not, and says what that came to.
    ///
    /// - Parameters:
    ///   - target: A file that is not there yet, or a folder; a relative path begins at the working directory.
    ///   - state: The folder of the database.
    /// - Returns: The path of the backup.
    /// - Throws: `ServerError` with code `stateMissing`, `stateUnusable` or `refused`.
    public static func backUp(to target: String, state: String) async throws -> [String] {
        let now = now
        let path = file(target, at: now)
        let store = try await StateFolder.openExisting(state)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await store.backUp(to: path, from: state, by: "weft-server", at: now))
        } catch {
            outcome = .failure(failure(error, path))
        }
        try await store.close()
        try outcome.get()
        return [path]
    }

    /// Puts a backup in the place of the store, and says what that came to.
    ///
    /// - Parameters:
    ///   - backup: The file; a relative path begins at the working directory.
    ///   - isReplacing: Whether a store that is there may be replaced.
    ///   - state: The folder of the database.
    /// - Returns: Lines to be read.
    /// - Throws: `ServerError` with code `stateInUse` while a server runs, `stateUnusable` or `refused`.
    public static func restore(_ backup: String, isReplacing: Bool, state: String) async throws -> [String] {
        let backup = absolute(backup)
        guard FileManager.default.isReadableFile(atPath: backup) else {
            throw ServerError(.refused, backup, "there is no such file, or it cannot be read")
        }
        let lock = try StateFolder.lock(state)
        defer { withExtendedLifetime(lock) {} }
        let restoration = StoreRestoration(
            of: backup,
            into: state,
            at: now,
            authority: AuthorityFolder.certificate
        )
        let outcome: StoreRestoration.Outcome
        do {
            outcome = try await restoration.restore(isReplacing: isReplacing, by: "weft-server")
        } catch {
            throw failure(error, backup)
        }
        return lines(outcome)
    }

    private static var now: Timestamp { Timestamp(microseconds: WallClock.microseconds()) }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    private static func file(_ target: String, at time: Timestamp) -> String {
        let path = absolute(target)
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory else {
            return path
        }
        let digits = time.toSecond.filter { $0 != "-" && $0 != ":" }
        return "\(path)/weft-server-\(digits).backup"
    }

    private static func failure(_ error: any Error, _ subject: String) -> any Error {
        switch error {
        case let error as StoreError: ServerError(.refused, error.subject, error.message, cause: error)
        case let error as APIError: ServerError(.refused, subject, error.message, cause: error)
        default: error
        }
    }

    private static func lines(_ outcome: StoreRestoration.Outcome) -> [String] {
        var lines = ["The store is that of \(outcome.madeAt.toSecond) again; start the server."]
        if let replaced = outcome.replaced {
            lines.append("What was there is kept as \(replaced); remove it when nothing of it is needed.")
        }
        switch (outcome.replaced, outcome.isCarriedOver) {
        case (nil, _):
            lines.append(
                "There was no store to carry over from: what was redacted, which tokens and nodes were revoked, and which "
                    + "webhooks were removed after the backup is not known here. Do that again."
            )
        case (_, true):
            lines.append(
                "Carried over from it: what was redacted, now \(outcome.redactions) in all; the end of "
                    + "\(count(outcome.tokens, "token or certificate", "tokens and certificates")); and "
                    + "\(count(outcome.certificates, "certificate", "certificates")) that nodes got since."
            )
        case (_, false):
            lines.append(
                "It cannot be read. What was redacted is carried over from the list beside it, now "
                    + "\(outcome.redactions) in all; tokens and nodes that were revoked after the backup are good again, "
                    + "and webhooks that were removed are back. Revoke and remove them again."
            )
        }
        if !outcome.files.isEmpty { lines.append("Put back: \(outcome.files.joined(separator: ", "))") }
        lines.append(
            "Nodes send again what it lacks when they reach the server, and apply nothing that goes back behind what "
                + "they know until 'weft confirm' there. A node that is newer than the backup, or whose certificate is newer "
                + "and was not carried over, asks to be let in: 'weft node waiting', 'weft node accept'."
        )
        return lines
    }

    private static func count(_ number: Int, _ one: String, _ more: String) -> String {
        "\(number) \(number == 1 ? one : more)"
    }
}
