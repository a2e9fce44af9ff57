import FabricModel
import Journal

/// What admins changed on this node and nobody has decided, or what was rejected and is tolerated: it is never
/// overwritten.
struct Holds {
    private let journal: Journal
    private let open: Set<ResourceKey>
    private let committed: [ResourceKey: HeldRecord]
    private let feedback: FeedbackPreparation?

    /// What is held now.
    ///
    /// - Parameters:
    ///   - journal: What was recorded.
    ///   - feedback: Tells open changes that stand for themselves from those that come to nothing; without it, each holds.
    /// - Throws: `JournalError`.
    init(_ journal: Journal, _ feedback: FeedbackPreparation? = nil) throws {
        self.journal = journal
        self.feedback = feedback
        open = try journal.openKeys()
        committed = Dictionary(try journal.heldResources().map { ($0.key, $0) }) { $1 }
    }

    /// The files of which a change is not decided.
    var undecidedFiles: Set<ResourceKey> {
        open.union(committed.values.filter { $0.decision == nil }.map(\.key)).filter { $0.kind == .file }
    }

    /// Why an entry is not applied; `nil` when it is.
    func reason(for item: EffectiveConfiguration.Item) throws -> Plan.Held.Reason? {
        if open.contains(item.key), try isChanged(item.key) { return .open }
        guard let held = committed[item.key] else { return nil }
        if let decision = held.decision {
            // It is put back first, and until then nobody's but the reviewer's.
            if decision.outcome == .rolledBack { return .undecided }
            return try isNews(item, since: decision) ? .conflicted : .tolerated
        }
        let changes = try journal.undecidedChanges(of: item.key)
        return item.entry.isOpposed(byLastOf: changes) ? .conflicted : .undecided
    }

    /// Whether what is open of a resource comes to something that an admin made.
    private func isChanged(_ key: ResourceKey) throws -> Bool {
        guard let feedback else { return true }
        let packages = Change.net(try journal.openChanges(of: .package).map(\.change)).map(\.key.name)
        let rows = try journal.openChanges(of: key)
        return try !feedback.changes(of: rows, ofPackages: Set(packages)).isEmpty
    }

    /// Whether an entry is not the one against which a change was rejected: then somebody has to look again.
    private func isNews(_ item: EffectiveConfiguration.Item, since decision: RecordedDecision) throws -> Bool
    {
        let mark = try Self.mark(item, decision)
        guard let known = try journal.value(Self.place(item.key)), known.hasPrefix("\(decision.sequence) ")
        else {
            return false
        }
        return known != mark
    }

    /// Keeps against which entries changes were rejected, so that others are seen to be news.
    ///
    /// - Parameter then: What this node should be when the rejection came: it may have come with something newer.
    /// - Throws: `JournalError`.
    func noteTolerated(against then: EffectiveConfiguration?) throws {
        let tolerated = committed.values.compactMap(\.decision).filter { $0.outcome == .tolerated }
        guard !tolerated.isEmpty, let then else { return }
        let items = Dictionary(then.items.map { ($0.key, $0) }) { $1 }
        for decision in tolerated {
            let place = Self.place(decision.key)
            if try journal.value(place)?.hasPrefix("\(decision.sequence) ") ?? false { continue }
            try journal.setValue(Self.mark(items[decision.key], decision), for: place)
        }
    }

    private static func place(_ key: ResourceKey) -> String { "convergence/tolerated/\(key)" }

    /// Which decision it is and what the entry wanted, whichever tag said it.
    private static func mark(
        _ item: EffectiveConfiguration.Item?,
        _ decision: RecordedDecision
    ) throws -> String {
        guard let item else { return "\(decision.sequence) nothing" }
        return "\(decision.sequence) \(ContentDigest.sha256(try CanonicalJSON.encode(item.entry)))"
    }
}
