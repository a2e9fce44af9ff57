public import FabricModel

/// A package that is to be brought to what a tag wants.
public struct PackageRequest: Hashable, Sendable {
    /// The package's name as its key has it: the name, or `NAME.ARCH`.
    public var name: String
    /// What is wanted of it; `nil` when it is to go with all its configuration.
    public var wish: PackageWish?
    /// What is installed of it now; `nil` for nothing.
    public var installed: PackageState?

    /// Whether it is to go, with its configuration or without.
    public var goes: Bool { wish == nil || wish == .removed }

    /// Whether it is to be updated, and not to be installed where it has gone meanwhile.
    var isForInstalled: Bool {
        if case .atLeastIfInstalled = wish { installed != nil } else { false }
    }

    /// A request from its parts.
    public init(name: String, wish: PackageWish?, installed: PackageState?) {
        self.name = name
        self.wish = wish
        self.installed = installed
    }
}

extension ComponentsError {
    /// That with what is asked for another package would go, which nobody asked to go.
    ///
    /// - Parameters:
    ///   - package: That package.
    ///   - requests: What is asked for.
    /// - Returns: The error of a transaction that is not run.
    static func wouldGo(_ package: String, with requests: [PackageRequest]) -> ComponentsError {
        let going = requests.filter(\.goes).map(\.name).sorted()
        let needed = going.count == 1 ? going.joined() : "one of \(going.joined(separator: ", "))"
        return ComponentsError(
            .cannotChange,
            package.utf8,
            "the package \(package) needs \(needed) and would go too, and no tag says that it should; make it absent as "
                + "well, or keep what it needs"
        )
    }
}

/// The program that changes what is installed, with everything that follows from that.
///
/// All of it blocks for as long as it takes: it belongs on a thread of its own.
public protocol PackageManager: Sendable {
    /// Learns what the repositories have, where the program does not by itself.
    ///
    /// - Throws: `ComponentsError` with code `programFailed`.
    func refresh() throws(ComponentsError)

    /// The packages that a transaction would install, change or remove, by the names of their keys: those that are asked
    /// for, and what comes or goes with them.
    ///
    /// - Throws: As ``fulfil(_:)``, where that would, too.
    func affected(by requests: [PackageRequest]) throws(ComponentsError) -> Set<String>

    /// Fulfils requests in one transaction: all of them, or none.
    ///
    /// Nobody is asked anything, and configuration files that an admin edited stay as they are.
    /// - Throws: `ComponentsError` with code `programFailed`, the command as its subject, and its status and last lines
    ///   in the message.
    func fulfil(_ requests: [PackageRequest]) throws(ComponentsError)
}
