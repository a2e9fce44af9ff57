import Components
import Crypto
import FabricModel
import FileWatching
import Journal
import LinuxSystem
import SystemPackage

/// The components of this node by the kinds of resources that they own.
struct ComponentTable: Sendable {
    /// All, in the order in which they are asked.
    let all: [any Component]

    /// Those that are told of some changes.
    var listening: [any ListeningComponent] { all.compactMap { $0 as? any ListeningComponent } }

    /// The component that owns a kind; `nil` where this node has none.
    subscript(kind: ResourceKind) -> (any Component)? {
        all.first { $0.kinds.contains(kind) }
    }
}

extension ComponentTable {
    /// The components that a node has: accounts and services where the trees are recorded that hold them.
    ///
    /// - Parameters:
    ///   - files: That of files.
    ///   - packages: What is installed; `nil` where no packages are recorded.
    ///   - consequences: What packages do to files.
    ///   - journal: What was changed and nobody has decided.
    ///   - scope: What is recorded.
    ///   - key: Keys the digests of secrets.
    ///   - settings: The node's own settings.
    ///   - sessions: Who is logged in.
    /// - Throws: `SystemError`.
    init(
        files: FileComponent,
        packages: (any PackageDatabase)?,
        consequences: PackageConsequences?,
        journal: Journal,
        scope: RecordingScope,
        key: SymmetricKey,
        settings: NodeSettings,
        sessions: SessionView
    ) throws {
        var all: [any Component] = [files]
        if let packages {
            all.append(
                PackageComponent(
                    packages,
                    Self.manager(of: packages),
                    protected: { try consequences?.packages(shipping: Holds(journal).undecidedFiles) ?? [] }
                )
            )
        }
        if case .everything = scope.coverage(of: "/etc/passwd") {
            all.append(
                AccountComponent(
                    key: key,
                    keptHashes: Set(settings.keptHashes),
                    directory: AccountNames(),
                    trees: { scope.roots.filter { $0.scope == .tree }.map(\.path) },
                    loggedIn: { try sessions.users() }
                )
            )
        }
        let units: FilePath = "/etc/systemd/system"
        if case .everything = scope.coverage(of: units), try FileStatus.at(units) != nil {
            all.append(ServiceComponent(try Systemd(), packages?.system ?? .rpm))
        }
        self.init(all: all)
    }

    /// The program that changes the packages of a database.
    private static func manager(of database: any PackageDatabase) -> any PackageManager {
        switch database.system {
        case .dpkg: Apt()
        case .rpm: DNF()
        }
    }
}
