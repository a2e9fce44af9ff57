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

    /// What recorded changes come to, without what follows for files from a package's change.
    ///
    /// What a package brought is where an admin's own change of it begins: a file that was edited right after its
    /// package was installed is an edit of what was shipped, and one that was removed is a removal.
    /// - Parameters:
    ///   - recorded: changes of packages and files, those of one resource oldest first.
    ///   - packages: the names of the packages that changed in the same batch.
    ///   - content: gives the bytes of a kept content.
    /// - Returns: the net changes that stand for themselves, by key.
    /// - Throws: what `content` throws.
    func net(
        _ recorded: [RecordedChange],
        ofPackages packages: Set<String>,
        content: (ContentDigest) throws -> [UInt8]?
    ) throws -> [Change] {
        guard !packages.isEmpty else { return Change.net(recorded.map(\.change)) }
        let known = state.withLock(\.self)
        var own: [Change] = []
        for (key, rows) in Dictionary(grouping: recorded, by: \.change.key) {
            guard key.kind == .file, known.names(key) else {
                own += rows.map(\.change)
                continue
            }
            let end = try Self.endOfConsequences(rows, of: packages, known, content)
            own += rows[end...].map(\.change)
        }
        return Change.net(own).filter { !Self.followsFromAnother($0) }
    }

    /// Whether a package came or went because another one did: then it does so on every other node too.
    private static func followsFromAnother(_ change: Change) -> Bool {
        switch (change.before, change.after) {
        case (.absent, .package(let state)), (.package(let state), .absent): state.reason == .dependency
        default: false
        }
    }

    /// How many of a file's changes, from the first on, are what packages made of it.
    private static func endOfConsequences(
        _ rows: [RecordedChange],
        of packages: Set<String>,
        _ known: ShippedRecord.Contents,
        _ content: (ContentDigest) throws -> [UInt8]?
    ) throws -> Int {
        for last in rows.indices.reversed() {
            guard var change = rows.first?.change else { break }
            change.after = rows[last].change.after
            // Events come after the deed: of the whole, the end may be seen when the lock is let go already.
            let isDuring = rows[...last].allSatisfy(\.isDuringTransaction)
            guard isDuring || last == rows.count - 1 else { continue }
            if try isExplained(change, by: packages, isDuring, known, content) { return last + 1 }
        }
        return 0
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
