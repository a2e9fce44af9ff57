public import FabricAPI

/// How what a node should be differs from what it was told.
public enum ConfigurationDifference: Sendable {
    /// Not at all.
    case none
    case changes(EncodedChanges)
    /// It cannot be told, or to tell it would take longer than the whole.
    case whole(NodeConfiguration)
}

/// ``FabricAPI/ConfigurationChanges`` as the JSON text that goes over the wire.
///
/// A store that keeps entries as JSON need not read and write them for each node that asks.
public struct EncodedChanges: Sendable {
    /// The entity tag of the configuration that the changes lead to.
    public var etag: String
    /// As ``FabricModel/CanonicalJSON`` writes it.
    public var json: [UInt8]

    /// Changes from their parts.
    public init(etag: String, json: [UInt8]) {
        self.etag = etag
        self.json = json
    }
}
