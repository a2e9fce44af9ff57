public import FabricModel

/// What a token allows.
public enum Role: String, Codable, CaseIterable, Sendable {
    /// Registers one node, and nothing else.
    case enrol
    /// Reads metadata.
    case reader
    /// Reads contents too, approves, rejects, edits tags.
    case reviewer
    /// Does everything.
    case admin
}

/// Who makes a request, as the server knows it.
///
/// *Shape*: `{"name":"alice","role":"reviewer"}` for a person or tool, `{"name":"web1","node":"…"}` for a node;
/// a token of a scope has `"scope":{"tags":["web"]}` besides.
public struct Principal: Hashable, Codable, Sendable {
    /// The token's name, or the node's.
    public var name: String
    /// `nil` for a node.
    public var role: Role?
    /// The node that makes the request; `nil` for a person or tool.
    public var node: NodeID?
    /// What the token is good for, where that is not all that its role allows and no more.
    public var scope: TokenScope?

    /// A principal from its parts.
    public init(name: String, role: Role? = nil, node: NodeID? = nil, scope: TokenScope? = nil) {
        self.name = name
        self.role = role
        self.node = node
        self.scope = scope
    }

    /// Whether it reads contents, and what stands for them such as the hash of a password; else metadata alone.
    ///
    /// Of contents a node reads its own, which its routes see to.
    package var readsContents: Bool {
        switch role {
        case .reviewer, .admin, nil: true
        case .reader: scope?.contents == true
        case .enrol: false
        }
    }
}
