import SystemPackage

/// Hints that wait for their consumer: unique, oldest first, bounded.
///
/// Producers never block. One consumer at a time takes batches, on a thread that may block.
/// A periodic comparison with the record should go through the queue as well (as `.tree` hints): the watcher
/// takes care that a comparison that runs while a new directory is being taken into watch misses nothing.
public final class HintQueue: Sendable {
    struct State {
        var order: [RawHint] = []
        /// How many at the front of `order` are handed out.
        var head = 0
        var pending: Set<RawHint> = []
        /// Barriers with the number of hints that were ever added before them.
        var barriers: [(position: Int, barrier: Barrier)] = []
        var handedOut = 0
        var isWoken = false
        /// What replaces the hints that it covers when too many wait.
        var rescan: [RawHint] = []
        /// Says which candidates give no hint.
        var isIgnored: @Sendable (FilePath, Bool) -> Bool = { _, _ in false }
        /// How many hints were left by the last collapse.
        var floor = 0
        var scans = TreeScans()
        /// Reached when a collapse has been dealt with.
        var collapse: Barrier?
    }

    struct RawBatch {
        let hints: [RawHint]
        let barriers: [Barrier]
        /// The number of the comparison that the batch asks for, if it has trees.
        let scan: Int?
        let isIgnored: @Sendable (FilePath, Bool) -> Bool
    }

    private let pathLimit: Int
    private let state = Monitor(State())

    /// An empty queue; above `pathLimit` waiting hints a watcher's roots are compared as a whole instead.
    public init(pathLimit: Int = 200_000) {
        self.pathLimit = max(1, pathLimit)
    }

    /// Adds a hint, if it does not wait already.
    public func add(_ hint: Hint) {
        add([hint])
    }

    /// Adds hints, in order, leaving out those that wait already.
    public func add(_ hints: some Sequence<Hint>) {
        add(raw: hints.map(RawHint.init))
    }

    func add(raw hints: [RawHint]) {
        state.update { state in
            for hint in hints where state.pending.insert(hint).inserted { state.order.append(hint) }
            if state.pending.count > pathLimit + state.floor { collapse(&state) }
        }
    }

    /// Blocks until there is something, at most for `timeout`, and takes at most `limit` hints.
    ///
    /// The batch may be empty before the time is over, when all that happened is ignored.
    public func next(timeout: Duration, limit: Int = 4096) -> HintBatch {
        let batch = nextRaw(timeout: timeout, limit: limit)
        let given = Set(batch.hints.compactMap { if case .path(let path) = $0 { path } else { nil } })
        let hints = batch.hints.compactMap { hint -> Hint? in
            if case .candidate(let path) = hint, given.contains(path) { return nil }
            return hint.hint { batch.isIgnored($0, false) }
        }
        return HintBatch(hints: hints, barriers: batch.barriers, scan: batch.scan, queue: self)
    }

    /// What ``next(timeout:limit:)`` makes its batch of.
    func nextRaw(timeout: Duration, limit: Int) -> RawBatch {
        let batch = state.wait(timeout: timeout) { state -> RawBatch? in
            let hasBarrier = state.barriers.first.map { $0.position <= state.handedOut } ?? false
            guard !state.pending.isEmpty || hasBarrier || state.isWoken else { return nil }
            state.isWoken = false
            return take(max(1, limit), from: &state)
        }
        return batch ?? RawBatch(hints: [], barriers: [], scan: nil, isIgnored: { _, _ in false })
    }

    /// Makes ``next(timeout:limit:)`` return now, or at its next call.
    public func wake() {
        state.update { $0.isWoken = true }
    }

    /// How many hints wait.
    public var count: Int {
        state.withLock { $0.pending.count }
    }

    /// Puts a barrier behind all hints that wait now.
    func add(_ barrier: Barrier) {
        state.update { state in
            state.barriers.append((state.handedOut + state.order.count - state.head, barrier))
        }
    }

    /// Fails the barriers that wait behind hints: nobody may come any more to deal with those.
    func failBarriers(_ error: WatchError) {
        let waiting = state.withLock { state in
            defer { state.barriers = [] }
            return state.barriers
        }
        for (_, barrier) in waiting { barrier.fail(error) }
    }

    /// Sets what stands for everything that is watched, and what is not wanted of it.
    func setRescan(_ hints: [RawHint], isIgnored: @escaping @Sendable (FilePath, Bool) -> Bool) {
        state.withLock { state in
            state.rescan = hints
            state.isIgnored = isIgnored
        }
    }

    /// What the consumer compares.
    func withScans<Result>(_ body: (inout TreeScans) -> Result) -> Result {
        state.withLock { body(&$0.scans) }
    }

    /// Whether hints were collapsed and the consumer has not dealt with that yet.
    var isCollapsed: Bool {
        state.withLock { $0.collapse.map { !$0.isReached } ?? false }
    }

    /// Notes that a batch, and everything before it, is dealt with.
    func finished(scan: Int?, barriers: [Barrier]) {
        if let scan { withScans { $0.finish(scan) } }
        for barrier in barriers { barrier.reach() }
    }

    private func take(_ limit: Int, from state: inout State) -> RawBatch {
        let end = min(state.head + limit, state.order.count)
        let hints = Array(state.order[state.head..<end])
        state.handedOut += hints.count
        state.head = end
        if state.head == state.order.count {
            state.order = []
            state.head = 0
            state.pending = []
            state.floor = 0
        } else {
            for hint in hints { state.pending.remove(hint) }
            if state.head > state.order.count / 2 {
                state.order.removeFirst(state.head)
                state.head = 0
            }
        }
        let reached = state.barriers.prefix { $0.position <= state.handedOut }
        state.barriers.removeFirst(reached.count)
        return RawBatch(
            hints: hints,
            barriers: reached.map(\.barrier),
            scan: state.scans.start(hints.filter(\.isTree).map(\.bytes)),
            isIgnored: state.isIgnored
        )
    }

    /// Replaces the waiting hints that the rescan covers by the rescan; barriers move behind it.
    private func collapse(_ state: inout State) {
        guard !state.rescan.isEmpty else { return }
        let trees = state.rescan.filter(\.isTree).map(\.bytes)
        let kept = state.order[state.head...].filter { hint in !trees.contains { hint.isAtOrBelow($0) } }
        state.order = []
        state.head = 0
        state.pending = []
        for hint in kept + state.rescan where state.pending.insert(hint).inserted { state.order.append(hint) }
        state.floor = state.order.count
        let end = state.handedOut + state.order.count
        state.barriers = state.barriers.map { (end, $0.barrier) }
        if state.collapse?.isReached ?? true {
            let barrier = Barrier()
            state.collapse = barrier
            state.barriers.append((end, barrier))
        }
    }
}
