import Components
import FabricModel
import FileWatching
import Journal

/// All packages of a plan on their way to what tags want: one transaction, and what follows from it for files.
struct PackageStep {
    private let core: AgentCore
    private let watch: PackageWatch
    private let watcher: FileWatcher
    private let consequences: PackageConsequences
    private let manager: any PackageManager

    init(
        _ core: AgentCore,
        _ watch: PackageWatch,
        _ watcher: FileWatcher,
        _ consequences: PackageConsequences,
        _ manager: any PackageManager
    ) {
        self.core = core
        self.watch = watch
        self.watcher = watcher
        self.consequences = consequences
        self.manager = manager
    }

    /// Brings all packages to what is wanted, together where that can be and else one by one, so that one that cannot
    /// be had does not keep the others away.
    ///
    /// - Parameters:
    ///   - steps: The steps of all packages.
    ///   - refreshes: Whether the repositories have to be asked anew first.
    /// - Returns: Why each step that failed did so.
    func take(_ steps: [Plan.Step], refreshes: Bool = false) -> [ResourceKey: any Error] {
        do {
            if refreshes { try manager.refresh() }
            try transaction(steps)
            return [:]
        } catch {
            guard steps.count > 1 else {
                return Dictionary(uniqueKeysWithValues: steps.map { ($0.item.key, error) })
            }
            return steps.reduce(into: [:]) { failures, step in
                failures.merge(take([step])) { $1 }
            }
        }
    }

    private func transaction(_ steps: [Plan.Step]) throws {
        let revisions = Set(steps.map(\.item.reference.description)).sorted().joined(separator: ", ")
        let actor = Actor(tier: .exact, name: "weft", evidence: "applied \(revisions)")
        let start = try core.journal.lastSequence()
        let changed = try watch.transaction(by: actor) { try manager.fulfil(steps.map(PackageRequest.init)) }
        try settleConsequences(of: changed, after: start)
        for step in steps {
            let now = try core.journal.baseline(step.item.key)?.state ?? .absent
            guard step.item.entry.isSatisfied(by: now) else {
                throw ComponentsError(
                    .cannotChange,
                    step.item.key.nameBytes,
                    "the package manager has ended, and it is not what is wanted; no repository may have that version"
                )
            }
        }
    }

    /// Closes the changes of files that follow from those of packages.
    private func settleConsequences(of packages: Set<String>, after sequence: Int64) throws {
        guard !packages.isEmpty else { return }
        try watcher.barrier().wait(timeout: .seconds(45))
        let open = try core.journal.openChanges(after: sequence)
        let own = try consequences.net(open, ofPackages: packages) { try core.journal.content($0) }
        let kept = Set(own.map(\.key))
        try core.journal.settle(open.filter { !kept.contains($0.change.key) }.map(\.sequence))
    }
}

extension PackageRequest {
    fileprivate init(_ step: Plan.Step) {
        var wish: PackageWish?
        if case .package(let wanted) = step.item.entry { wish = wanted }
        var installed: PackageState?
        if case .package(let state) = step.current { installed = state }
        self.init(name: step.item.key.name, wish: wish, installed: installed)
    }
}
