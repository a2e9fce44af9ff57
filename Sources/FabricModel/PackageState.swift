/// The package manager's family; it decides how versions compare.
public enum PackageSystem: String, Codable, CaseIterable, Sendable {
    case rpm
    case dpkg
}

/// The versions of a package that are installed.
public struct PackageState: Hashable, Codable, Sendable {
    /// One installed instance.
    public struct Instance: Hashable, Codable, Sendable {
        /// The version that is installed.
        public var evr: PackageVersion
        /// Architecture as the package manager names it.
        public var arch: String

        /// An instance by version and architecture.
        public init(evr: PackageVersion, arch: String) {
            self.evr = evr
            self.arch = arch
        }
    }

    /// Why a package is installed, where the package manager knows it.
    public enum Reason: String, Codable, Sendable {
        case user
        case dependency
    }

    /// The package manager that knows the package.
    public var system: PackageSystem
    /// Ascending by version; several where several may be installed (kernels); none where only its configuration is left,
    /// which dpkg keeps until it is told to purge.
    public var instances: [Instance]
    /// Why it is installed; `nil` where that is not known.
    public var reason: Reason?

    /// A state from its parts; sorts the instances.
    public init(system: PackageSystem, instances: [Instance], reason: Reason? = nil) {
        self.system = system
        self.instances = instances.sorted { left, right in
            let order = left.evr.compare(to: right.evr, in: system)
            return order == 0 ? left.arch < right.arch : order < 0
        }
        self.reason = reason
    }

    /// Reads a state; sorts the instances, whose last is the newest.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            system: try container.decode(PackageSystem.self, forKey: .system),
            instances: try container.decode([Instance].self, forKey: .instances),
            reason: try container.decodeIfPresent(Reason.self, forKey: .reason)
        )
    }

    /// The newest installed version.
    public var newest: PackageVersion? { instances.last?.evr }

    /// Whether both are the same state; a reason counts only where both know it.
    public func matches(_ other: PackageState) -> Bool {
        let sameReason = reason == nil || other.reason == nil || reason == other.reason
        return system == other.system && instances == other.instances && sameReason
    }
}
