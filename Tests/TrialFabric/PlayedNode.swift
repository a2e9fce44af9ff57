public import FabricClient
public import FabricModel

/// A node of which there is no more than its identity: the test sends for it.
public struct PlayedNode {
    /// Its id.
    public let id: NodeID
    /// By what it proves who it is.
    public let certificate: ClientCertificate
    /// Sends for it.
    public let client: FabricClient
}
