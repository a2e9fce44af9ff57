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
/// *Shape*: `{"name":"alice","role":"reviewer"}` for a person or tool, `{"name":"web1","node":"…"}` for a node.
public struct Principal: Hashable, Codable, Sendable {
    /// The token's name, or the node's.
    public var name: String
    /// `nil` for a node.
    public var role: Role?
    /// The node that makes the request; `nil` for a person or tool.
    public var node: NodeID?

    /// A principal from its parts.
    public init(name: String, role: Role? = nil, node: NodeID? = nil) {
        self.name = name
        self.role = role
        self.node = node
    }
}
