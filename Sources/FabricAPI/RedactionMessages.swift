public import FabricModel

/// `GET /v1/nodes/{node}/redactions`: contents that a node is to forget, for nobody should have stored them.
///
/// All of them that the node has or may have had, each time.
public struct RedactionList: Hashable, Codable, Sendable {
    /// In order.
    public var digests: [ContentDigest]

    /// A list of digests.
    public init(digests: [ContentDigest]) {
        self.digests = digests
    }
}
