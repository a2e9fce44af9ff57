import FabricAPI
import FabricModel

/// Who may call a route.
enum Access: Sendable {
    /// Anybody, without a token.
    case anybody
    /// Anybody without a token, and those who register nodes with theirs.
    case enrolment
    /// Whoever has a token.
    case anyToken
    /// People and tools of these roles.
    case roles(Set<Role>)
    /// Whoever reads contents: by role, or by the scope of the token.
    case contents
    /// The node that the path names, and people and tools of these roles.
    case node(or: Set<Role>)

    /// Those who say who is in the fabric.
    static let administration = Access.roles([.admin])
    /// Those who read metadata.
    static let reading = Access.roles(readers)
    /// Those who decide and edit.
    static let reviewing = Access.roles([.reviewer, .admin])
    /// The node itself and nobody else.
    static let ownNode = Access.node(or: [])
    /// The node itself and those who read metadata.
    static let ownNodeOrReading = Access.node(or: readers)

    private static let readers: Set<Role> = [.reader, .reviewer, .admin]

    /// Refuses a principal that may not call the route; `node` is the node that the path names, as it names it.
    ///
    /// - Throws: `forbidden`.
    func admit(_ principal: Principal, node: String?) throws(APIError) {
        switch self {
        case .anybody, .anyToken: return
        case .enrolment: try Self.check(principal, [.enrol, .admin])
        case .roles(let roles): try Self.check(principal, roles)
        case .contents:
            if principal.role == .reader, !principal.readsContents {
                throw APIError(
                    .forbidden,
                    "the role 'reader' reads metadata, not contents; it takes a token of role reviewer or admin, or one "
                        + "made with --contents"
                )
            }
            try Self.check(principal, Self.readers)
        case .node(let roles):
            guard let own = principal.node else { return try Self.check(principal, roles) }
            guard own.text == node else {
                throw APIError(.forbidden, "a node's certificate is good for that node's own routes only")
            }
        }
    }

    private static func check(_ principal: Principal, _ roles: Set<Role>) throws(APIError) {
        guard let role = principal.role else {
            throw APIError(.forbidden, "a node's certificate is good for that node's own routes only")
        }
        guard roles.contains(role) else {
            let allowed = Role.allCases.filter(roles.contains).map(\.rawValue).joined(separator: " or ")
            let needed = allowed.isEmpty ? "the node's own certificate" : "a token of role \(allowed)"
            throw APIError(.forbidden, "the role '\(role.rawValue)' does not allow this; it takes \(needed)")
        }
    }
}
