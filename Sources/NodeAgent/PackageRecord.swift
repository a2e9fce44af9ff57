import Components
import FabricModel
import FileWatching
import Journal

/// Packages: the database is read when a transaction has ended, and what follows from it for other resources is closed.
struct PackageRecord: ResourceRecord {
    let component: any Component
    let watch: PackageWatch
    let watcher: FileWatcher
    let journal: Journal
    let feedback: FeedbackPreparation

    func covers(_ key: ResourceKey) -> Bool { true }

    func look(at keys: [ResourceKey]) { watch.check() }

    func recording(
        _ keys: [ResourceKey],
        by actor: Actor,
        _ body: () -> [ResourceKey: ComponentsError]
    ) throws -> [ResourceKey: ComponentsError] {
        let start = try journal.lastSequence()
        var failures: [ResourceKey: ComponentsError] = [:]
        let changed = try watch.transaction(by: actor) { failures = body() }
        try settleConsequences(of: changed, after: start)
        return failures
    }

    /// Closes the changes of other resources that follow from those of packages.
    private func settleConsequences(of packages: Set<String>, after sequence: Int64) throws {
        guard !packages.isEmpty else { return }
        try watcher.barrier().wait(timeout: .seconds(45))
        let open = try journal.openChanges(after: sequence)
        let kept = Set(try feedback.changes(of: open, ofPackages: packages).map(\.key))
        try journal.settle(open.filter { !kept.contains($0.change.key) }.map(\.sequence))
    }
}
