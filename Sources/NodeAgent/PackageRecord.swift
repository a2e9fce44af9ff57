import Components
import FabricModel
import Journal

/// Packages: the database is read when a transaction has ended, and what follows from it for other resources is closed.
struct PackageRecord: ResourceRecord {
    /// Where the journal keeps after which change the consequences of Weft's own transactions are not closed yet, and
    /// which packages were unfinished before.
    private static let mark = "convergence/package-consequences"

    let component: any Component
    let watch: PackageWatch
    let journal: Journal
    let feedback: FeedbackPreparation
    let warnings: WarningBoard
    /// Returns when everything that happened before the call is recorded.
    let barrier: @Sendable (Duration) throws -> Void

    func covers(_ key: ResourceKey) -> Bool { true }

    func look(at keys: [ResourceKey]) { watch.check() }

    func recording(
        _ keys: [ResourceKey],
        by actor: Actor,
        _ body: () -> [ResourceKey: ComponentsError]
    ) throws -> [ResourceKey: ComponentsError] {
        var failures: [ResourceKey: ComponentsError] = [:]
        try watch.transaction(of: keys, by: actor) {
            // Those of an earlier one may wait as well.
            var mark = try journal.value(Self.mark) ?? "\(journal.lastSequence())"
            // That they change from unpacked to configured is nothing that the database shows of a package.
            for name in try watch.unfinished.sorted() { mark += " \(name)" }
            try journal.setValue(mark, for: Self.mark)
            failures = body()
        }
        finishInterrupted()
        return failures
    }

    /// Closes the changes of other resources that follow from those that Weft made of packages; what cannot be done now
    /// is done with the next call.
    @discardableResult
    func finishInterrupted() -> Bool {
        do {
            guard let mark = try journal.value(Self.mark) else { return true }
            try barrier(.seconds(45))
            // After a restart it may still be running.
            guard try watch.isOwnRecorded else { return false }
            // A mark that says nothing costs a look at all that is open.
            let words = mark.split(separator: " ").map(String.init)
            let finished = Set(words.dropFirst()).subtracting(try watch.unfinished)
            try settleConsequences(after: words.first.flatMap { Int64($0) } ?? 0, ofFinished: finished)
            try journal.setValue(nil, for: Self.mark)
            warnings.clear("package-consequences")
            return true
        } catch {
            warnings.raise(
                "package-consequences",
                "what packages did to other resources may look like somebody's change until it is looked at again: "
                    + "\(error)"
            )
            return false
        }
    }

    private func settleConsequences(after sequence: Int64, ofFinished finished: Set<String>) throws {
        let own = try journal.settledChanges(of: .package, after: sequence)
            .filter { $0.change.actor.tier == .exact && $0.change.actor.name == "weft" }
        let packages = finished.union(own.map(\.change.key.name))
        guard !packages.isEmpty else { return }
        let open = try journal.openChanges(after: sequence)
        var feedback = feedback
        // That a unit is gone which an entry wants is nobody's change here: it shows as a step that fails.
        feedback.intended = nil
        let kept = Set(try feedback.changes(of: open, ofPackages: packages).map(\.key))
        // Packages are recorded apart: those that are open here are somebody else's, also where they come to nothing.
        try journal.settle(
            open.filter { $0.change.key.kind != .package && !kept.contains($0.change.key) }.map(\.sequence)
        )
    }
}
