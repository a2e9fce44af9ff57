public import FabricModel
import GRDB

extension Journal {
    /// Records what was observed, all of it in one transaction that is durable on return.
    ///
    /// An observation that equals the baseline only refreshes its fingerprint; a different one becomes a change, the new
    /// baseline, and its content is kept once per digest. Where the journal is full, the change that is given back says
    /// `journalFull` in place of the content. Of several observations of one resource the last counts. A batch of up to
    /// 512 observations writes in a few milliseconds; larger ones keep other writers waiting.
    ///
    /// What `isDuringTransaction` is true of became so while packages were being changed.
    ///
    /// With `isSettled` the changes are Weft's own: they are closed at once. So is an observation of what is expected.
    ///
    /// - Returns: The changes that are open, in the order of the observations.
    /// - Throws: `diskFull`, `invalidObservation` and others; then nothing of the batch is recorded.
    @discardableResult
    public func record(
        _ observations: [Observation],
        at time: Timestamp,
        actor: Actor = .unknown,
        sessions: Set<String> = [],
        isLate: Bool = false,
        isDuringTransaction: @escaping (Observation) -> Bool = { _ in false },
        isSettled: Bool = false
    ) throws(JournalError) -> [RecordedChange] {
        let occasion = Occasion(
            at: time,
            actor: actor,
            sessions: sessions,
            isLate: isLate,
            isDuringTransaction: isDuringTransaction,
            isSettled: isSettled
        )
        return try record(observations, occasion)
    }

    /// Records states that are not changes: what is there at the first start, or of a root that is new.
    ///
    /// Durable on return once the baseline was marked complete; until then a crash of the machine may lose the last
    /// batches, which the unfinished baseline then takes again.
    public func recordBaseline(_ observations: [Observation]) throws(JournalError) {
        try record(observations, nil)
    }

    @discardableResult
    private func record(
        _ observations: [Observation],
        _ occasion: Occasion?
    ) throws(JournalError) -> [RecordedChange] {
        try write { db, store in
            let comparisons = try Self.compare(Self.lastOfEach(observations), db)
            var isDurable = false
            var isEmpty = true
            for comparison in comparisons {
                switch comparison.outcome {
                case .same: continue
                case .refreshed: isEmpty = false
                case .different:
                    isEmpty = false
                    isDurable = true
                }
            }
            guard !isEmpty else { return [] }
            // A lost fingerprint costs one look at the file; only changes are worth a flush.
            if isDurable, occasion == nil { isDurable = try db.isBaselineComplete() }
            return try transaction(db, store, isDurable: isDurable) {
                try comparisons.compactMap { try $0.write(self.occasion(of: $0, occasion), store, in: db) }
            }
        }
    }

    /// The occasion of a change: the one of its batch, or the step of Weft's own that it fulfils.
    private func occasion(of comparison: Comparison, _ occasion: Occasion?) -> Occasion? {
        guard let occasion, case .different = comparison.outcome,
            let step = expectation(of: comparison.observation.key, fulfilledBy: comparison.observation.state)
        else { return occasion }
        return Occasion(at: occasion.at, actor: step.actor, isSettled: true)
    }

    private static func compare(_ observations: [Observation], _ db: Database) throws -> [Comparison] {
        guard observations.count > 1 else { return try observations.map { try Comparison($0, db) } }
        var comparisons: [Comparison] = []
        comparisons.reserveCapacity(observations.count)
        // One snapshot for all: each statement by itself would take and release SQLite's locks.
        try db.transaction("BEGIN") {
            for observation in observations { comparisons.append(try Comparison(observation, db)) }
        }
        return comparisons
    }

    private static func lastOfEach(_ observations: [Observation]) -> [Observation] {
        guard observations.count > 1 else { return observations }
        var last: [ResourceKey: Int] = [:]
        last.reserveCapacity(observations.count)
        for (index, observation) in observations.enumerated() { last[observation.key] = index }
        guard last.count < observations.count else { return observations }
        return last.values.sorted().map { observations[$0] }
    }
}
