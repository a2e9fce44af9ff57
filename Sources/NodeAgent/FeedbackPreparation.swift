import Components
import FabricAPI
import FabricModel
import Journal

/// What recorded changes come to, each by the component that owns its resource.
struct FeedbackPreparation: Sendable {
    let components: ComponentTable
    let consequences: PackageConsequences?
    let journal: Journal
    /// What this node should be, which changes may have made impossible; `nil` where that is no matter.
    var intended: IntendedConfiguration?

    /// The net changes that stand for themselves, by key.
    ///
    /// - Parameters:
    ///   - recorded: Changes, those of one resource oldest first.
    ///   - packages: The names of the packages that changed in the same batch.
    /// - Returns: One change at most for each resource.
    /// - Throws: `JournalError`, `ComponentsError`.
    func changes(of recorded: [RecordedChange], ofPackages packages: Set<String>) throws -> [Change] {
        let context = FeedbackContext(
            packages: packages,
            units: consequences?.units(of: packages) ?? [],
            content: { try journal.content($0) },
            entry: entry
        )
        let changes = try Dictionary(grouping: recorded, by: \.change.key)
            .compactMap { key, rows in
                let seen = rows.map { SeenChange($0.change, isDuringTransaction: $0.isDuringTransaction) }
                guard let component = components[key.kind] else {
                    // Recorded when this node still had the component.
                    return Change.net(seen.map(\.change)).first
                }
                return try component.feedback(of: seen, in: context)
            }
        return try finished(changes).sorted { $0.key < $1.key }
    }

    private func finished(_ changes: [Change]) throws -> [Change] {
        try components.all.reduce(changes) { changes, component in
            let own = changes.filter { component.kinds.contains($0.key.kind) }
            guard !own.isEmpty else { return changes }
            return try changes.filter { !component.kinds.contains($0.key.kind) } + component.finish(own)
        }
    }

    private func entry(of key: ResourceKey) -> Entry? {
        intended?.value?.configuration.items.first { $0.key == key }?.entry
    }
}
