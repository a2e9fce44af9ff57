import FabricModel
import Journal

/// What admins changed on this node and nobody has decided, or what was rejected and is tolerated: it is never
/// overwritten.
struct Holds {
    private let journal: Journal
    private let open: Set<ResourceKey>
    private let committed: [ResourceKey: HeldRecord]

    init(_ journal: Journal) throws {
        self.journal = journal
        open = try journal.openKeys()
        committed = Dictionary(try journal.heldResources().map { ($0.key, $0) }) { $1 }
    }

    /// The files of which a change is not decided.
    var undecidedFiles: Set<ResourceKey> {
        open.union(committed.values.filter { $0.decision == nil }.map(\.key)).filter { $0.kind == .file }
    }

    /// Why an entry is not applied; `nil` when it is.
    func reason(for item: EffectiveConfiguration.Item) throws -> Plan.Held.Reason? {
        if open.contains(item.key) { return .open }
        guard let held = committed[item.key] else { return nil }
        if let decision = held.decision {
            // It is put back first, and until then nobody's but the reviewer's.
            if decision.outcome == .rolledBack { return .undecided }
            return try isNews(item, since: decision) ? .conflicted : .tolerated
        }
        let before = try journal.commit(held.commit)?.changes.first { $0.key == item.key }?.before
        return before.map { item.entry.isSatisfied(by: $0) } ?? false ? .undecided : .conflicted
    }

    /// Whether an entry is not the one against which a change was rejected: then somebody has to look again.
    private func isNews(_ item: EffectiveConfiguration.Item, since decision: RecordedDecision) throws -> Bool
    {
        let name = "convergence/tolerated/\(item.key)"
        let rejection = "\(decision.sequence) "
        let mark = rejection + "\(item.reference)"
        guard let known = try journal.value(name), known.hasPrefix(rejection) else {
            try journal.setValue(mark, for: name)
            return false
        }
        return known != mark
    }
}
