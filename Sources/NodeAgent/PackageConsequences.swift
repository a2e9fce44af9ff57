import Components
import FabricModel
import Synchronization
import SystemPackage

/// Tells what a package transaction did to files from what an admin did.
///
/// Installing a package puts its files in place, updating replaces those that nobody edited, removing takes them away.
/// That follows from the package's change and is no edit of its own. Only the package's own record counts: a path that it
/// ships, with the content that it ships, while the package itself changed in the same batch.
final class PackageConsequences: Sendable {
    private struct State {
        /// What the installed packages ship below the recorded roots.
        var shipped: [ResourceKey: [ShippedFile]] = [:]
        /// What packages that changed lately shipped before; forgotten when their changes are committed.
        var replaced: [ResourceKey: [ShippedFile]] = [:]
    }

    private let database: (any PackageDatabase)?
    private let roots: [FilePath]
    private let state = Mutex(State())

    init(database: (any PackageDatabase)?, roots: [FilePath]) {
        self.database = database
        self.roots = roots
    }

    /// Learns what the installed packages ship.
    func load() throws {
        guard let database else { return }
        let shipped = Self.byPath(try database.shippedFiles(under: roots, of: nil))
        state.withLock { $0.shipped = shipped }
    }

    /// Learns what packages that changed ship now, and keeps what they shipped before.
    func transactionEnded(changing keys: [ResourceKey]) throws {
        guard let database else { return }
        let packages = Set(keys.map(\.name))
        let new = Self.byPath(try database.shippedFiles(under: roots, of: packages))
        state.withLock { state in
            for (path, files) in state.shipped {
                let old = files.filter { packages.contains($0.package) }
                guard !old.isEmpty else { continue }
                state.replaced[path, default: []] += old
                let kept = files.filter { !packages.contains($0.package) }
                state.shipped[path] = kept.isEmpty ? nil : kept
            }
            state.shipped.merge(new) { $0 + $1 }
        }
    }

    /// The changes without those of files that follow from a package's change.
    ///
    /// - Parameters:
    ///   - changes: net changes, of packages and files.
    ///   - packages: the names of the packages that changed in the same batch.
    ///   - content: gives the bytes of a kept content.
    /// - Returns: the changes that stand for themselves.
    /// - Throws: what `content` throws.
    func removing(
        from changes: [Change],
        ofPackages packages: Set<String>,
        content: (ContentDigest) throws -> [UInt8]?
    ) throws -> [Change] {
        guard !packages.isEmpty else { return changes }
        let known = state.withLock(\.self)
        return try changes.filter { change in
            guard change.key.kind == .file else { return true }
            let files = (known.shipped[change.key] ?? []) + (known.replaced[change.key] ?? [])
            let owners = files.filter { packages.contains($0.package) }
            return try owners.isEmpty || !Self.isExplained(change.after, by: owners, content: content)
        }
    }

    /// Forgets what was shipped before, when no change of a package is open any more.
    func forgetReplaced() {
        state.withLock { $0.replaced = [:] }
    }

    private static func isExplained(
        _ after: ResourceState,
        by owners: [ShippedFile],
        content: (ContentDigest) throws -> [UInt8]?
    ) throws -> Bool {
        guard case .file(let file) = after else { return true }
        guard file.type == .regular else {
            let kind: ShippedFile.Kind =
                file.type == .directory ? .directory : file.type == .symlink ? .symlink : .other
            return owners.contains { $0.kind == nil || $0.kind == kind }
        }
        let digests = owners.compactMap(\.digest)
        if let digest = file.content?.digest, digest.algorithm == .sha256 {
            let isSame = digests.contains { $0.algorithm == .sha256 && $0.hex == digest.hexDigits }
            if isSame { return true }
        }
        guard !digests.isEmpty, let kept = after.keptDigest, let bytes = try content(kept) else {
            return false
        }
        return digests.contains { $0.matches(bytes) }
    }

    private static func byPath(_ files: [ShippedFile]) -> [ResourceKey: [ShippedFile]] {
        var byPath: [ResourceKey: [ShippedFile]] = [:]
        for file in files {
            // A path that is no resource cannot be the path of a change either.
            guard let key = try? ResourceKey(file: file.path) else { continue }
            byPath[key, default: []].append(file)
        }
        return byPath
    }
}
