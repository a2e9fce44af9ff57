internal import FabricModel

/// Debian's apt.
public struct Apt: PackageManager {
    /// The machine's own.
    public init() {}

    private static let options = [
        "-y", "-q",
        // The admin's version of a configuration file stays; where nobody edited it, the package's new one is taken.
        "-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold",
        // Seconds for which another transaction is waited for.
        "-o", "DPkg::Lock::Timeout=120", "--allow-downgrades",
    ]

    /// Fetches the lists of packages anew.
    public func refresh() throws(ComponentsError) {
        try run("apt-get", ["update", "-q"])
    }

    /// Fulfils requests by one `apt-get install`, in which a minus at a name's end removes.
    ///
    /// With what is removed goes what had come for its sake alone.
    public func fulfil(_ requests: [PackageRequest]) throws(ComponentsError) {
        let purged = requests.filter { $0.wish == nil }.map { Self.name($0.name) }
        let keepsConfiguration = requests.contains { $0.wish == .removed }
        var options = Self.options + ["-o", "APT::Get::AutomaticRemove=\(requests.contains(where: \.goes))"]
        // It holds for all that goes; where some keeps its configuration, the other is purged by itself.
        if !purged.isEmpty, !keepsConfiguration { options.append("--purge") }
        try run(options + ["install", "--"] + requests.map(Self.argument))
        if !purged.isEmpty, keepsConfiguration { try run(Self.options + ["purge", "--"] + purged) }
        // To name a package makes it the admin's choice, which an update of a dependency is not.
        let dependencies = requests.filter { request in
            switch request.wish {
            case .atLeast, .exactly: request.installed?.reason == .dependency
            case .any, .removed, nil: false
            }
        }
        if !dependencies.isEmpty {
            try run("apt-mark", ["auto", "--"] + dependencies.map { Self.name($0.name) })
        }
    }

    private func run(_ arguments: [String]) throws(ComponentsError) {
        try run("apt-get", arguments, ["DEBIAN_FRONTEND": "noninteractive"])
    }

    static func argument(_ request: PackageRequest) -> String {
        let name = name(request.name)
        return switch request.wish {
        case nil, .removed: name + "-"
        case .any, .atLeast: name
        case .exactly(let version): "\(name)=\(version)"
        }
    }

    /// Debian writes `NAME:ARCH` where a key has `NAME.ARCH`; no name has a dot before an architecture's.
    private static func name(_ key: String) -> String {
        let architectures = [
            "amd64", "arm64", "armel", "armhf", "i386", "mips64el", "ppc64el", "riscv64", "s390x",
        ]
        guard let dot = key.lastIndex(of: "."), architectures.contains(String(key[key.index(after: dot)...]))
        else {
            return key
        }
        return "\(key[..<dot]):\(key[key.index(after: dot)...])"
    }
}
