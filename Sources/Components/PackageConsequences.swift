public import FabricModel
internal import LinuxSystem
internal import Synchronization
public import SystemPackage

/// Tells what a package transaction did to files from what an admin did.
///
/// Installing a package puts its files in place, updating replaces those that nobody edited, removing takes them away.
/// That follows from the package's change and is no edit of its own. Only the package's own record counts: a path that it
/// ships, with what it ships, or that it has ceased to ship, while the package itself changed in the same batch.
///
/// What packages shipped is kept in the state folder: of a package that was removed while the daemon was down, the
/// database tells nothing any more.
public final class PackageConsequences: Sendable {
    /// Folders in which packages bring units: by their names it is known which units are theirs.
    private static let unitFolders: [FilePath] = [
        "/usr/lib/systemd/system", "/lib/systemd/system", "/etc/systemd/system", "/etc/init.d",
    ]

    private let database: (any PackageDatabase)?
    private let roots: [FilePath]
    private let record: ShippedRecord
    private let traces: [any PackageTrace]
    private let state: Mutex<ShippedRecord.Contents>

    /// Begins with what was kept in a folder.
    ///
    /// - Parameters:
    ///   - database: What is installed; `nil` where no packages are recorded.
    ///   - roots: The recorded trees.
    ///   - folder: Where what packages shipped is kept.
    /// - Throws: `SystemError` when that cannot be read.
    public convenience init(database: (any PackageDatabase)?, roots: [FilePath], folder: FilePath) throws {
        try self.init(database: database, roots: roots, folder: folder, traces: [Alternatives(), UCF()])
    }

    init(
        database: (any PackageDatabase)?,
        roots: [FilePath],
        folder: FilePath,
        traces: [any PackageTrace]
    ) throws {
        self.traces = traces
        self.database = database
        self.roots = roots + Self.unitFolders.filter { unit in !roots.contains { unit.starts(with: $0) } }
        record = ShippedRecord(folder: folder)
        state = Mutex(database == nil ? ShippedRecord.Contents() : try record.read())
    }

    /// Learns what the installed packages ship.
    ///
    /// - Throws: What reading the database and writing the record throw.
    public func load() throws {
        guard let database else { return }
        let shipped = Self.byPath(try database.shippedFiles(under: roots, of: nil))
        try update { $0.shipped = shipped }
    }

    /// Learns what packages that changed ship now, and keeps what they shipped before.
    ///
    /// - Throws: What reading the database and writing the record throw.
    public func transactionEnded(changing keys: [ResourceKey]) throws {
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

    /// What the changes of one file come to, without what follows from a package's change.
    ///
    /// What a package brought is where an admin's own change of it begins: a file that was edited right after its
    /// package was installed is an edit of what was shipped, and one that was removed is a removal.
    /// - Parameters:
    ///   - seen: The file's changes, oldest first.
    ///   - context: What happened besides in the same batch.
    /// - Returns: The net change that stands for itself; `nil` where there is none.
    /// - Throws: What reading contents throws.
    public func feedback(of seen: [SeenChange], in context: FeedbackContext) throws -> Change? {
        let known = state.withLock(\.self)
        guard let key = seen.first?.change.key else { return nil }
        // What is laid beside a packaged file is for people to look at, and no configuration.
        if let leftover = ConfigurationLeftover(key), known.names(leftover.configuration) { return nil }
        guard !context.packages.isEmpty else { return Change.net(seen.map(\.change)).first }
        let end = try endOfConsequences(seen, known, context)
        return Change.net(seen[end...].map(\.change)).first
    }

    /// The units that packages ship, or shipped before their last change.
    public func units(of packages: Set<String>) -> Set<String> {
        guard !packages.isEmpty else { return [] }
        return state.withLock { state in
            var units: Set<String> = []
            for (key, files) in Array(state.shipped) + Array(state.replaced)
            where files.contains(where: { packages.contains($0.package) }) {
                if let unit = Self.unit(at: key) { units.insert(unit) }
            }
            return units
        }
    }

    /// The packages that ship one of some files.
    public func packages(shipping files: Set<ResourceKey>) -> Set<String> {
        state.withLock { state in Set(files.flatMap { state.shipped[$0] ?? [] }.map(\.package)) }
    }

    /// The unit that a file makes, where it lies in a folder of units.
    private static func unit(at key: ResourceKey) -> String? {
        guard let slash = key.name.lastIndex(of: "/") else { return nil }
        let (folder, name) = (key.name[..<slash], String(key.name[key.name.index(after: slash)...]))
        if folder == "/etc/init.d" { return "\(name).service" }
        return folder.hasSuffix("/systemd/system") ? name : nil
    }

    /// How many of a file's changes, from the first on, are what packages made of it.
    private func endOfConsequences(
        _ rows: [SeenChange],
        _ known: ShippedRecord.Contents,
        _ context: FeedbackContext
    ) throws -> Int {
        for last in rows.indices.reversed() {
            guard var change = rows.first?.change else { break }
            change.after = rows[last].change.after
            // Events come after the deed: of the whole, the end may be seen when the lock is let go already.
            let isDuring = rows[...last].allSatisfy(\.isDuringTransaction)
            guard isDuring || last == rows.count - 1 else { continue }
            if try Self.isExplained(change, isDuring, known, context)
                || traces.contains(where: {
                    try $0.explains(change, isDuringTransaction: isDuring, in: context)
                })
            {
                return last + 1
            }
        }
        return 0
    }

    /// Forgets what was shipped before, when no change of a package is open any more.
    ///
    /// - Throws: What writing the record throws.
    public func forgetReplaced() throws {
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
        _ isDuringTransaction: Bool,
        _ known: ShippedRecord.Contents,
        _ context: FeedbackContext
    ) throws -> Bool {
        let shipped = known.shipped[change.key] ?? []
        guard case .file(let after) = change.after else {
            // Gone with its package, or no longer part of it; what a package still ships, somebody removed.
            let was = known.replaced[change.key] ?? []
            return shipped.isEmpty && was.contains { context.packages.contains($0.package) }
        }
        var before: FileState?
        if case .file(let state) = change.before { before = state }
        return try shipped.contains { file in
            guard context.packages.contains(file.package) else { return false }
            return try file.matches(after, before: before, isDuringTransaction: isDuringTransaction) {
                try change.after.keptDigest.flatMap(context.content)
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
