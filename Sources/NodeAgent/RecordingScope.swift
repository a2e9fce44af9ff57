import Components
import FileWatching
import LinuxSystem
import RecordingRules
import Synchronization
import SystemPackage

/// What is recorded: the configured trees, the named files of each home, and where the package database hints.
///
/// Homes come and go with accounts, so the scope can change while the daemon runs.
final class RecordingScope: Sendable {
    /// How much of a path and what lies below it is recorded.
    enum Coverage: Equatable {
        case everything
        case only([FilePath])
        case nothing
    }

    private let settings: NodeSettings
    private let ignore: IgnoreRules
    private let packages: (any PackageDatabase)?
    private let accounts: @Sendable () throws -> [LocalAccount]
    private let current: Mutex<[WatchedRoot]>

    init(
        settings: NodeSettings,
        ignore: IgnoreRules,
        packages: (any PackageDatabase)?,
        accounts: @escaping @Sendable () throws -> [LocalAccount]
    ) throws {
        self.settings = settings
        self.ignore = ignore
        self.packages = packages
        self.accounts = accounts
        current = Mutex(Self.roots(settings, try accounts()))
    }

    /// The recorded roots.
    var roots: [WatchedRoot] { current.withLock(\.self) }

    /// Looks at the accounts again.
    ///
    /// A home that is nobody's any more stays for as long as it is there: accounts go before their homes do, and what was
    /// recorded there would never be seen to go.
    /// - Returns: Whether the roots are others now, and what was recorded of homes that are none any more.
    /// - Throws: what reading the accounts throws; then the roots stay as they are.
    func refresh() throws -> (isChanged: Bool, gone: [FilePath]) {
        let roots = Self.roots(settings, try accounts())
        return current.withLock { current in
            let former = current.filter { root in !roots.contains { $0.path == root.path } }
            let kept = former.filter { Self.isThere($0.path) }
            let old = current
            current = roots + kept
            let gone = former.filter { !kept.contains($0) }.flatMap(\.namedFiles)
            return (old != current, gone)
        }
    }

    // Where that cannot be told, it may be.
    private static func isThere(_ home: FilePath) -> Bool {
        do {
            return try FileStatus.at(home) != nil
        } catch {
            return true
        }
    }

    /// The recorded roots, and the folder whose events hint at the package database.
    var watchedRoots: [WatchedRoot] {
        roots + (packages.map { [WatchedRoot(path: $0.hintDirectory, scope: .tree)] } ?? [])
    }

    /// Whether the rules leave a path out, or it says nothing about packages in their database's folder.
    func isIgnored(_ path: FilePath, isDirectory: Bool) -> Bool {
        guard let packages, isPackageHint(path) else {
            return ignore.isIgnored(path, isDirectory: isDirectory)
        }
        let name = path.lastComponent.map { FilePath(root: nil, [$0]).bytes } ?? []
        return path != packages.hintDirectory && (isDirectory || !packages.isHint(name: name))
    }

    /// Whether a path lies in the package database's folder and is no resource.
    func isPackageHint(_ path: FilePath) -> Bool {
        guard let packages, path.starts(with: packages.hintDirectory) else { return false }
        return !roots.contains { $0.scope == .tree && path.starts(with: $0.path) }
    }

    /// How much of what lies at and below a path is recorded.
    func coverage(of path: FilePath) -> Coverage {
        let roots = roots
        if roots.contains(where: { $0.scope == .tree && path.starts(with: $0.path) }) { return .everything }
        let named = roots.flatMap { root in
            root.namedFiles.filter { $0.starts(with: path) }
        }
        return named.isEmpty ? .nothing : .only(named)
    }

    /// Why nothing at a path is recorded; `nil` when something may be.
    ///
    /// - Throws: `SystemError`.
    func whyNotRecorded(_ path: FilePath) throws(SystemError) -> String? {
        if case .nothing = coverage(of: path) {
            return "is not recorded: it lies outside of what 'weft status' lists"
        }
        let status = try FileStatus.at(path)
        if let rule = ignore.rule(for: path, isDirectory: status?.kind == .directory) {
            return "is not recorded: \(settings.ignoreRules) leaves out \(rule.path) (\(rule.reason))"
        }
        return status == nil ? "is not there, and was not when it was last recorded" : nil
    }

    /// The home that a path lies in, whose owner may put a symlink in any place on the way.
    func home(of path: FilePath) -> FilePath? {
        roots.first { $0.scope != .tree && path.starts(with: $0.path) }?.path
    }

    private static func roots(_ settings: NodeSettings, _ accounts: [LocalAccount]) -> [WatchedRoot] {
        let trees = settings.roots.map { WatchedRoot(path: FilePath($0), scope: .tree) }
        var seen: Set<FilePath> = []
        let homes = accounts.compactMap { account -> WatchedRoot? in
            var files = settings.homeFiles
            if account.uid == 0 { files += settings.rootHomeFiles }
            let home = WatchedRoot(path: account.home, scope: .only(files.map { FilePath($0) }))
            let isInTree = trees.contains { home.path.starts(with: $0.path) }
            let isHome = !files.isEmpty && home.path != FilePath("/") && !isInTree
            return isHome && seen.insert(home.path).inserted ? home : nil
        }
        return trees + homes
    }
}

extension WatchedRoot {
    /// The files that alone are watched; none of a whole tree.
    fileprivate var namedFiles: [FilePath] {
        guard case .only(let files) = scope else { return [] }
        return files.map { path.pushing($0) }
    }
}
