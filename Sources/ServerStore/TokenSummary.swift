public import FabricAPI
public import FabricModel

/// A token as an administrator sees it: everything but the token.
public struct TokenSummary: Hashable, Sendable {
    /// Names the token to whoever revokes it.
    ///
    /// *Shape*: the first twelve digits of the token's digest.
    public var id: String
    /// Whose it is.
    public var name: String
    /// `nil` for a node's own token.
    public var role: Role?
    /// The node that the token is for; of an enrolment token that was used, the one that it registered.
    public var node: NodeName?
    /// When it was made.
    public var addedAt: Timestamp
    /// When an enrolment token was used up.
    public var usedAt: Timestamp?
    /// When it was revoked.
    public var revokedAt: Timestamp?
    /// When it ends by itself, or did.
    public var expiresAt: Timestamp?
    /// What it is good for, where that is not all that its role allows and no more.
    public var scope: TokenScope?

    /// A summary from its parts.
    public init(
        id: String,
        name: String,
        role: Role?,
        node: NodeName? = nil,
        addedAt: Timestamp,
        usedAt: Timestamp? = nil,
        revokedAt: Timestamp? = nil,
        expiresAt: Timestamp? = nil,
        scope: TokenScope? = nil
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.node = node
        self.addedAt = addedAt
        self.usedAt = usedAt
        self.revokedAt = revokedAt
        self.expiresAt = expiresAt
        self.scope = scope
    }
}
