public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Keeps a token by its digest, until it ends by itself where it does; one of role `enrol` may be for a known node,
    /// which it registers again.
    ///
    /// - Throws: `invalidRequest` when the digest stands for another principal.
    public func addToken(
        digest: ContentDigest,
        principal: Principal,
        for node: NodeID?,
        expires: Timestamp?,
        at: Timestamp
    ) async throws {
        try await writer.perform { db in
            try Token.add(digest, principal, for: node, expires: expires, at: at, in: db)
            try Audit.note(
                .addToken,
                principal.name,
                detail: Self.detail(principal, expires),
                by: principal.name,
                at: at,
                in: db
            )
        }
    }

    /// What the log tells of a new token.
    private static func detail(_ principal: Principal, _ expires: Timestamp?) -> String? {
        guard let role = principal.role else { return nil }
        var parts = [role.rawValue]
        if principal.scope?.contents == true { parts.append("contents") }
        if let tags = principal.scope?.tags {
            parts.append("tags \(tags.map(\.text).joined(separator: ","))")
        }
        if let expires { parts.append("until \(expires.toSecond)") }
        return parts.joined(separator: "; ")
    }

    /// The principal that the digest of a token or of a node's certificate stands for.
    ///
    /// - Returns: `nil` when there is none, or it has ended or was revoked.
    public func principal(of credential: ContentDigest, at: Timestamp) async throws -> Principal? {
        guard let holder = try await holder(of: credential), holder.expires.map({ at < $0 }) ?? true else {
            return nil
        }
        return holder.principal
    }

    /// When a token or a node's certificate ends by itself, or did.
    ///
    /// - Returns: `nil` when it does not, is not known or was revoked.
    public func end(of credential: ContentDigest) async throws -> Timestamp? {
        try await holder(of: credential)?.expires
    }

    private func holder(of credential: ContentDigest) async throws -> TokenCache.Holder? {
        try await tokenCache.holder(of: credential) {
            try await read { db in
                guard let token = try Token.find(credential, in: db), token.revokedAt == nil else {
                    return nil
                }
                return TokenCache.Holder(principal: token.principal, expires: token.expiresAt)
            }
        }
    }

    /// All tokens, those of nodes and revoked ones too, oldest first.
    public func tokens() async throws -> [TokenSummary] {
        try await read { db in
            try Token.all(in: db)
                .map { token in
                    let node = try token.node.flatMap { try NodeRow.find($0, in: db) }
                    return token.summary(node: node?.name)
                }
        }
    }

    /// Ends a token, named by its name, its id or the beginning of that; one that has ended stays as it is.
    ///
    /// - Throws: `unknownToken`; `ambiguousID` when several that are good have the name.
    public func revokeToken(
        _ reference: String,
        by principal: String,
        at: Timestamp
    ) async throws -> TokenSummary {
        let id = try await writer.perform { db in
            let token = try Self.token(reference, in: db)
            if token.revokedAt == nil {
                try token.revoke(at: at, in: db)
                try Audit.note(.revokeToken, token.name, detail: token.id, by: principal, at: at, in: db)
            }
            return token.digest
        }
        try tokenCache.forgetAll()
        return try await read { db in
            guard let token = try Token.find(id, in: db) else { throw Self.unknownToken(reference) }
            let node = try token.node.flatMap { try NodeRow.find($0, in: db) }
            return token.summary(node: node?.name)
        }
    }

    private static func token(_ reference: String, in db: Database) throws -> Token {
        let all = try Token.all(in: db)
        let named = all.filter { $0.name == reference }
        let isID = reference.utf8.count >= Abbreviation.shortest
        let meant = named.isEmpty ? all.filter { isID && $0.id.hasPrefix(reference) } : named
        let good = meant.filter { $0.revokedAt == nil }
        guard good.count < 2 else {
            let ids = good.prefix(5)
                .map { "\($0.id) (\($0.role?.rawValue ?? "node"))" }.joined(separator: ", ")
            throw APIError(.ambiguousID, "several tokens are meant: \(ids); give an id", subject: reference)
        }
        guard let token = good.first ?? meant.last else { throw unknownToken(reference) }
        return token
    }

    private static func unknownToken(_ reference: String) -> APIError {
        APIError(
            .unknownToken,
            "no token has this name or id; 'weft-server token list' shows all",
            subject: EscapedText.escape(reference.utf8)
        )
    }
}
