internal import FabricAPI
internal import FabricModel
internal import GRDB

/// The rows of `tokens`.
struct Token {
    /// Seconds for which the node that used an enrolment token may repeat its registration.
    private static let repetition = 3600.0
    private static let idLength = 12

    let digest: ContentDigest
    let name: String
    let role: Role?
    /// The node's own credential is it where there is no role; else the enrolment token is for that node.
    let node: NodeID?
    let addedAt: Timestamp
    let usedAt: Timestamp?
    let revokedAt: Timestamp?
    let expiresAt: Timestamp?
    let scope: TokenScope?

    var id: String { String(digest.hexDigits.prefix(Self.idLength)) }
    /// Whether it stands for somebody at a moment.
    func isGood(at: Timestamp) -> Bool { revokedAt == nil && expiresAt.map { at < $0 } ?? true }
    var principal: Principal {
        Principal(name: name, role: role, node: role == nil ? node : nil, scope: scope)
    }

    /// The token of a digest, revoked or not.
    static func find(_ digest: ContentDigest, in db: Database) throws -> Token? {
        let statement = try db.cachedStatement(sql: select + "WHERE digest = ?")
        return try Row.fetchOne(statement, arguments: [digest.text]).map(Token.init)
    }

    static func all(in db: Database) throws -> [Token] {
        try Row.fetchAll(db, sql: select + "ORDER BY added_at, digest").map(Token.init)
    }

    static func add(
        _ digest: ContentDigest,
        _ principal: Principal,
        for node: NodeID? = nil,
        expires: Timestamp? = nil,
        at: Timestamp,
        in db: Database
    ) throws {
        if let known = try find(digest, in: db) {
            guard known.principal == principal else {
                throw APIError(.invalidRequest, "this token is \(known.name)'s; make another one")
            }
            return
        }
        try db.cachedStatement(
            sql: """
                INSERT INTO tokens (digest, name, role, node, added_at, expires_at, scope) VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        )
        .execute(arguments: [
            digest.text, principal.name, principal.role?.rawValue, (principal.node ?? node)?.text,
            at.microseconds, expires?.microseconds, try principal.scope.map { try storedText($0) },
        ])
    }

    /// Keeps a node's credential as the token of the node itself.
    static func add(
        _ credential: Credential,
        of node: NodeID,
        named name: NodeName,
        at: Timestamp,
        in db: Database
    ) throws {
        try db.execute(
            sql: "INSERT INTO tokens (digest, name, node, added_at, expires_at) VALUES (?, ?, ?, ?, ?)",
            arguments: [
                credential.digest.text, name.text, node.text, at.microseconds,
                credential.expires.microseconds,
            ]
        )
    }

    /// Ends all tokens of a node; whether there were any.
    static func revokeAll(of node: NodeID, at: Timestamp, in db: Database) throws -> Bool {
        try db.execute(
            sql: """
                UPDATE tokens SET revoked_at = ? WHERE node = ? AND role IS NULL AND revoked_at IS NULL
                """,
            arguments: [at.microseconds, node.text]
        )
        return db.changesCount > 0
    }

    /// Ends the tokens that enrol a node: one may be repeated for a while, or was made for it.
    static func revokeEnrolments(of node: NodeID, at: Timestamp, in db: Database) throws {
        try db.execute(
            sql: """
                UPDATE tokens SET revoked_at = ? WHERE node = ? AND role IS NOT NULL AND revoked_at IS NULL
                """,
            arguments: [at.microseconds, node.text]
        )
    }

    func revoke(at: Timestamp, in db: Database) throws {
        try db.execute(
            sql: "UPDATE tokens SET revoked_at = ? WHERE digest = ? AND revoked_at IS NULL",
            arguments: [at.microseconds, digest.text]
        )
    }

    /// How the token lets a node register: the first time, in place of earlier registrations, or once more.
    enum Entitlement {
        case new
        case again
        case repeated
    }

    /// Whether the token, of role `enrol` or `admin`, registers a node that is `known` or not.
    ///
    /// - Throws: `tokenUsed`, `forbidden`, `alreadyRegistered`.
    func admit(_ id: NodeID, known: NodeRow?, at: Timestamp, in db: Database) throws -> Entitlement {
        guard role == .enrol else { return known == nil ? .new : .again }
        let other = "'weft-server token create --role enrol --name NAME'"
        if let usedAt {
            if node == id, known != nil, at.seconds(since: usedAt) <= Self.repetition { return .repeated }
            let user = try node.flatMap { try NodeRow.find($0, in: db) }.map { "node \($0.name)" }
            throw APIError(
                .tokenUsed,
                "the enrolment token was used by \(user ?? "a node") at \(usedAt.toSecond), and it is good for one "
                    + "registration; make another one with \(other)",
                subject: name
            )
        }
        if let node, node != id {
            let owner = try NodeRow.find(node, in: db)?.name.text ?? node.text
            throw APIError(
                .forbidden,
                "the enrolment token was made for node \(owner) alone; make another one with \(other)",
                subject: name
            )
        }
        guard let known else { return .new }
        guard node == id else {
            throw APIError(
                .alreadyRegistered,
                "this node is registered already; if it has lost its credentials, make a token that registers it "
                    + "again with 'weft-server token create --role enrol --name NAME --node \(known.name)'",
                subject: known.name.text
            )
        }
        return .again
    }

    /// Notes that a node was registered with the token.
    func use(by node: NodeID, at: Timestamp, in db: Database) throws {
        guard role == .enrol else { return }
        try db.execute(
            sql: "UPDATE tokens SET node = ?, used_at = ? WHERE digest = ?",
            arguments: [node.text, at.microseconds, digest.text]
        )
    }

    func summary(node: NodeName?) -> TokenSummary {
        TokenSummary(
            id: id,
            name: name,
            role: role,
            node: node,
            addedAt: addedAt,
            usedAt: usedAt,
            revokedAt: revokedAt,
            expiresAt: expiresAt,
            scope: scope
        )
    }

    private static let select =
        "SELECT digest, name, role, node, added_at, used_at, revoked_at, expires_at, scope FROM tokens "

    private init(_ row: Row) throws {
        digest = try ContentDigest(row[0])
        name = row[1]
        let role: String? = row[2]
        self.role = role.flatMap(Role.init(rawValue:))
        let node: String? = row[3]
        self.node = node.map(NodeID.init(checked:))
        addedAt = Timestamp(microseconds: row[4])
        let usedAt: Int64? = row[5]
        self.usedAt = usedAt.map(Timestamp.init(microseconds:))
        let revokedAt: Int64? = row[6]
        self.revokedAt = revokedAt.map(Timestamp.init(microseconds:))
        let expiresAt: Int64? = row[7]
        self.expiresAt = expiresAt.map(Timestamp.init(microseconds:))
        let scope: String? = row[8]
        self.scope = try scope.map { try storedValue(TokenScope.self, $0) }
    }
}
