public import SystemPackage

/// A file as its package brought it.
public struct ShippedFile: Hashable, Sendable {
    /// What kind of file it is.
    public enum Kind: Hashable, Sendable {
        case regular
        case directory
        case symlink
        case other
    }

    /// Where it lies.
    public var path: FilePath
    /// The name in the key of the package that brought it.
    public var package: String
    /// Of its content, where the database has one.
    public var digest: ShippedDigest?
    /// `nil` where the database does not tell.
    public var kind: Kind?
    /// Whether the package marks it as configuration, which admins are meant to edit.
    public var isConfig: Bool
    /// Permission bits, where the database knows them.
    public var mode: UInt16?
    /// Name of the owner, where the database knows it.
    public var owner: String?
    /// Name of the group, where the database knows it.
    public var group: String?
    /// Of a symlink, where the database knows it.
    public var target: [UInt8]?

    /// A shipped file from its parts.
    public init(
        path: FilePath,
        package: String,
        digest: ShippedDigest? = nil,
        kind: Kind? = nil,
        isConfig: Bool = false,
        mode: UInt16? = nil,
        owner: String? = nil,
        group: String? = nil,
        target: [UInt8]? = nil
    ) {
        self.path = path
        self.package = package
        self.digest = digest
        self.kind = kind
        self.isConfig = isConfig
        self.mode = mode
        self.owner = owner
        self.group = group
        self.target = target
    }
}

/// The digest of a file as the package manager writes it.
public struct ShippedDigest: Hashable, Sendable {
    /// How it was made.
    public var algorithm: FileDigest.Algorithm
    /// Hex digits in lower case.
    public var hex: String

    /// A digest from its parts.
    public init(algorithm: FileDigest.Algorithm, hex: String) {
        self.algorithm = algorithm
        self.hex = hex
    }

    /// Whether a content has this digest.
    public func matches(_ content: [UInt8]) -> Bool {
        FileDigest.hex(algorithm, of: content) == hex
    }
}
