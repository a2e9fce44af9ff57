/// What one call of ``HintQueue/next(timeout:limit:)`` hands out.
public struct HintBatch: Sendable {
    /// Where to look again, each place once, oldest first; empty when the time was over or the queue was woken.
    public let hints: [Hint]
    /// The barriers that are reached once `hints`, and those of all batches before, are dealt with.
    public let barriers: [Barrier]
    private let scan: Int?
    private let queue: HintQueue

    init(hints: [Hint], barriers: [Barrier], scan: Int?, queue: HintQueue) {
        self.hints = hints
        self.barriers = barriers
        self.scan = scan
        self.queue = queue
    }

    /// Says that all hints of this batch, and of those before, are dealt with: releases who waits for `barriers`.
    ///
    /// Call it once for every batch, also for an empty one.
    public func finish() {
        queue.finished(scan: scan, barriers: barriers)
    }
}
