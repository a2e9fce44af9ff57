import FabricAPI
import FabricModel
import LinuxSystem
import ServerStore

/// Makes tokens for people and tools, on the machine of the server and while it runs or not.
public enum TokenAdministration {
    /// Makes a token and returns it; only its digest is kept.
    ///
    /// - Throws: `ServerError` with code `invalidSetting`, `stateUnusable`.
    public static func create(role: String, name: String, state: String) async throws -> String {
        guard let role = Role(rawValue: role) else {
            let roles = Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw ServerError(.invalidSetting, "--role", "'\(role)' is not a role; allowed are \(roles)")
        }
        guard isName(name) else {
            throw ServerError(
                .invalidSetting,
                "--name",
                "a name has 1 to 64 letters, digits and . _ - + @; the history shows it"
            )
        }
        let store = try await StateFolder.open(state)
        let token = BearerToken.make()
        let principal = Principal(name: name, role: role)
        let now = Timestamp(microseconds: WallClock.microseconds())
        do {
            try await store.addToken(digest: token.digest, principal: principal, at: now)
        } catch {
            try await store.close()
            throw error
        }
        try await store.close()
        return token.text
    }

    private static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                    || "._-+@".unicodeScalars.contains(scalar)
            }
    }
}
