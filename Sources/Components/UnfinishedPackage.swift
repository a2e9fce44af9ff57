public import FabricModel

/// A package of which its package manager has begun something and not finished it.
public struct UnfinishedPackage: Hashable, Sendable {
    /// The package.
    public var key: ResourceKey
    /// What it is now, in the package manager's word.
    public var state: String
    /// What finishes it.
    public var command: String

    /// A package from its parts.
    public init(key: ResourceKey, state: String, command: String) {
        self.key = key
        self.state = state
        self.command = command
    }

    /// What is to be done about it.
    public var warning: HealthWarning {
        HealthWarning(
            code: "package-unfinished",
            message:
                "is \(state): a transaction was cut off, or one of its scripts failed; '\(command)' finishes it, or "
                + "tells what is in the way",
            subject: key.name
        )
    }
}
