public import FabricModel

/// What a package manager lays beside a configuration file when it does not know which version is wanted.
public struct ConfigurationLeftover: Hashable, Sendable {
    private static let suffixes: [(suffix: String, what: String)] = [
        (".rpmnew", "the package's new version of it"),
        (".rpmsave", "your version of it, which rpm set aside"),
        (".rpmorig", "your version of it, which rpm set aside"),
        (".dpkg-dist", "the package's new version of it"),
        (".dpkg-new", "the package's new version of it"),
        (".dpkg-old", "your version of it, which dpkg set aside"),
        (".ucf-dist", "the package's new version of it"),
        (".ucf-old", "your version of it, which ucf set aside"),
    ]

    /// The ends of such files' names.
    public static var nameEnds: [String] { suffixes.map(\.suffix) }

    /// The file that lies there.
    public var key: ResourceKey
    /// The configuration file beside which it lies.
    public var configuration: ResourceKey
    private var what: String

    /// What a path is by its name; `nil` for any other.
    public init?(_ key: ResourceKey) {
        guard key.kind == .file, let kind = Self.suffixes.first(where: { key.name.hasSuffix($0.suffix) })
        else {
            return nil
        }
        self.key = key
        configuration = ResourceKey(.file, checked: String(key.name.dropLast(kind.suffix.count)))
        what = kind.what
    }

    /// What is to be done about it.
    public var warning: HealthWarning {
        HealthWarning(
            code: "configuration-leftover",
            message: "is \(what); compare it with \(configuration.name), take what is needed, and remove it",
            subject: key.name
        )
    }
}
