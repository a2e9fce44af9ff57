import FabricAPI
import FabricModel
import LinuxSystem
import ServerStore

/// Makes, lists and ends tokens, on the machine of the server and while it runs or not, once it has run.
public enum TokenAdministration {
    /// Makes a token and returns it; only its digest is kept.
    ///
    /// With `node`, the token is an enrolment token that registers this known node again. With `tags`, it is good for
    /// changing these and nothing besides; with `contents`, it reads contents too. It ends by itself `expires`.
    ///
    /// - Throws: `ServerError` with code `invalidSetting`, `stateMissing`, `stateUnusable` or `refused`.
    public static func create(
        role: String,
        name: String,
        node: String? = nil,
        tags: [String] = [],
        contents: Bool = false,
        expires: String? = nil,
        state: String
    ) async throws -> String {
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
        guard node == nil || role == .enrol else {
            throw ServerError(.invalidSetting, "--node", "it is for tokens of role enrol")
        }
        let scope = try scope(of: role, tags, contents)
        let end = try expires.map { text throws(ServerError) in try TokenEnd.read(text, at: now) }
        let token = BearerToken.make()
        try await withStore(state) { store in
            let id: NodeID? = if let node { try await store.node(node).id } else { nil }
            let principal = Principal(name: name, role: role, scope: scope)
            try await store.addToken(
                digest: token.digest,
                principal: principal,
                for: id,
                expires: end,
                at: now
            )
        }
        return token.text
    }

    /// What a token is to be good for; refused where it would say nothing, or not what one would think.
    private static func scope(
        of role: Role,
        _ tags: [String],
        _ contents: Bool
    ) throws(ServerError) -> TokenScope? {
        guard !contents || role == .reader else {
            throw ServerError(
                .invalidSetting,
                "--contents",
                "it is for tokens of role reader; a reviewer and an admin read contents anyway"
            )
        }
        guard !tags.isEmpty else { return contents ? TokenScope(contents: true) : nil }
        guard role == .reviewer else {
            throw ServerError(
                .invalidSetting,
                "--tag",
                "it is for tokens of role reviewer: a reader changes nothing, and an admin says who is in the fabric"
            )
        }
        do {
            return TokenScope(tags: try tags.map { text throws(ModelError) in try TagName(text) })
        } catch {
            throw ServerError(
                .invalidSetting,
                "--tag",
                "'\(error.subject)': \(error.message)"
            )
        }
    }

    /// All tokens as the lines of a table; the tokens themselves are nowhere.
    ///
    /// - Throws: `ServerError` with code `stateMissing`, `stateUnusable` or `refused`.
    public static func list(state: String) async throws -> [String] {
        TokenTable.lines(of: try await withStore(state) { try await $0.tokens() })
    }

    /// All tokens as JSON: `{"tokens":[{"id","name","role","addedAt","node","usedAt","revokedAt",
    /// "expiresAt","scope"}]}`.
    ///
    /// - Throws: `ServerError` with code `stateMissing`, `stateUnusable` or `refused`.
    public static func listJSON(state: String) async throws -> String {
        try TokenTable.json(of: try await withStore(state) { try await $0.tokens() })
    }

    /// Ends a token, and says which; a server that runs refuses it from its next request on.
    ///
    /// - Throws: `ServerError` with code `stateMissing`, `stateUnusable` or `refused`.
    public static func revoke(_ reference: String, state: String) async throws -> String {
        let token = try await withStore(state) { store in
            try await store.revokeToken(reference, by: "weft-server", at: now)
        }
        return "\(token.id) (\(token.name), \(TokenTable.role(of: token))) is revoked"
    }

    private static var now: Timestamp { Timestamp(microseconds: WallClock.microseconds()) }

    private static func withStore<Value: Sendable>(
        _ state: String,
        _ body: (SQLiteStore) async throws -> Value
    ) async throws -> Value {
        let store = try await StateFolder.openExisting(state)
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(store))
        } catch let error as APIError {
            outcome = .failure(ServerError(.refused, error.subject ?? "token", error.message, cause: error))
        } catch {
            outcome = .failure(error)
        }
        try await store.close()
        return try outcome.get()
    }

    private static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                    || "._-+@".unicodeScalars.contains(scalar)
            }
    }
}
