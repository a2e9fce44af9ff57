public import FabricAPI
public import FabricModel
internal import GRDB
internal import Synchronization

extension SQLiteStore {
    /// Keeps a token by its digest.
    ///
    /// - Throws: `invalidRequest` when the digest stands for another principal.
    public func addToken(digest: ContentDigest, principal: Principal, at: Timestamp) async throws {
        try await writer.perform { db in
            try Token.add(digest, principal, at: at, in: db)
            try Audit.note(
                .addToken,
                principal.name,
                detail: principal.role?.rawValue,
                by: principal.name,
                at: at,
                in: db
            )
        }
    }

    /// The principal that a token's digest stands for; `nil` when there is none.
    public func principal(tokenDigest: ContentDigest) async throws -> Principal? {
        if let known = principals.withLock({ $0[tokenDigest] }) { return known }
        let found = try await read { db in try Token.find(tokenDigest, in: db) }
        if let found { principals.withLock { $0[tokenDigest] = found } }
        return found
    }
}

/// The rows of `tokens`.
enum Token {
    static func find(_ digest: ContentDigest, in db: Database) throws -> Principal? {
        let statement = try db.cachedStatement(sql: "SELECT name, role, node FROM tokens WHERE digest = ?")
        guard let row = try Row.fetchOne(statement, arguments: [digest.text]) else { return nil }
        let role: String? = row[1]
        let node: String? = row[2]
        return Principal(
            name: row[0],
            role: role.flatMap(Role.init(rawValue:)),
            node: node.map(NodeID.init(checked:))
        )
    }

    static func add(_ digest: ContentDigest, _ principal: Principal, at: Timestamp, in db: Database) throws {
        if let known = try find(digest, in: db) {
            guard known == principal else {
                throw APIError(.invalidRequest, "this token is \(known.name)'s; make another one")
            }
            return
        }
        try db.cachedStatement(
            sql: "INSERT INTO tokens (digest, name, role, node, added_at) VALUES (?, ?, ?, ?, ?)"
        )
        .execute(arguments: [
            digest.text, principal.name, principal.role?.rawValue, principal.node?.text, at.microseconds,
        ])
    }
}
