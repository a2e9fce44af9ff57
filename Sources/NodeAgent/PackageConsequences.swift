import Components
import FabricModel
import Journal
import Synchronization
import SystemPackage

/// Tells what a package transaction did to files from what an admin did.
///
/// Installing a package puts its files in place, updating replaces those that nobody edited, removing takes them away.
/// That follows from the package's change and is no edit of its own. Only the package's own record counts: a path that it
/// ships, with what it ships, or that it has ceased to ship, while the package itself changed in the same batch.
///
/// What packages shipped is kept in the state folder: of a package that was removed while the daemon was down, the
/// database tells nothing any more.
final class PackageConsequences: Sendable {
    private let database: (any PackageDatabase)?
    private let roots: [FilePath]
    private let record: ShippedRecord
    private let state: Mutex<ShippedRecord.Contents>

    /// Begins with what was kept in `folder`.
    ///
    /// - Throws: `SystemError` when that cannot be read.
    init(database: (any PackageDatabase)?, roots: [FilePath], folder: FilePath) throws {
        self.database = database
        self.roots = roots
        record = ShippedRecord(folder: folder)
        state = Mutex(database == nil ? ShippedRecord.Contents() : try record.read())
    }

    /// Learns what the installed packages ship.
    func load() throws {
        guard let database else { return }
        let shipped = Self.byPath(try database.shippedFiles(under: roots, of: nil))
        try update { $0.shipped = shipped }
    }

    /// Learns what packages that changed ship now, and keeps what they shipped before.
    func transactionEnded(changing keys: [ResourceKey]) throws {
        guard let database else { return }
        let packages = Set(keys.map(\.name))
        let new = Self.byPath(try database.shippedFiles(under: roots, of: packages))
        try update { state in
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
    ///   - during: the resources that changed only while a package transaction was running.
    ///   - content: gives the bytes of a kept content.
    /// - Returns: the changes that stand for themselves.
    /// - Throws: what `content` throws.
    func removing(
        from changes: [Change],
        ofPackages packages: Set<String>,
        during: Set<ResourceKey> = [],
        content: (ContentDigest) throws -> [UInt8]?
    ) throws -> [Change] {
        guard !packages.isEmpty else { return changes }
        let known = state.withLock(\.self)
        return try changes.filter { change in
            guard change.key.kind == .file else { return true }
            return try !Self.isExplained(change, by: packages, during.contains(change.key), known, content)
        }
    }

    /// Forgets what was shipped before, when no change of a package is open any more.
    func forgetReplaced() throws {
        guard state.withLock({ !$0.replaced.isEmpty }) else { return }
        try update { $0.replaced = [:] }
    }

    private func update(_ body: (inout ShippedRecord.Contents) -> Void) throws {
        try state.withLock { state in
            var next = state
            body(&next)
            guard next != state else { return }
            try record.write(next)
            state = next
        }
    }

    private static func isExplained(
        _ change: Change,
        by packages: Set<String>,
        _ isDuringTransaction: Bool,
        _ known: ShippedRecord.Contents,
        _ content: (ContentDigest) throws -> [UInt8]?
    ) throws -> Bool {
        let shipped = known.shipped[change.key] ?? []
        guard case .file(let after) = change.after else {
            // Gone with its package, or no longer part of it; what a package still ships, somebody removed.
            let was = known.replaced[change.key] ?? []
            return shipped.isEmpty && was.contains { packages.contains($0.package) }
        }
        var before: FileState?
        if case .file(let state) = change.before { before = state }
        return try shipped.contains { file in
            guard packages.contains(file.package) else { return false }
            return try file.matches(after, before: before, isDuringTransaction: isDuringTransaction) {
                try change.after.keptDigest.flatMap(content)
            }
        }
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

extension Set<ResourceKey> {
    /// The resources of which every change was seen while a package transaction was running.
    static func duringTransaction(_ recorded: [RecordedChange]) -> Set<ResourceKey> {
        var keys = Set(recorded.lazy.filter(\.isDuringTransaction).map(\.change.key))
        keys.subtract(recorded.lazy.filter { !$0.isDuringTransaction }.map(\.change.key))
        return keys
    }
}
