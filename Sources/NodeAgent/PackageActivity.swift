import Components
import FabricModel

/// When packages were being changed, as far as that is known.
enum PackageActivity: Equatable, Sendable {
    /// Nothing is known to have been changed.
    case none
    /// They are being changed.
    case running
    /// They are not being changed, and these are the times in which they were, lately.
    ///
    /// *Units*: nanoseconds since the epoch.
    case ended([ClosedRange<Int64>])

    /// The times in which packages were changed, by what the package manager logged, and by its last write.
    ///
    /// The log tells the second; the records are written last, while the lock is held, so that an edit of the same second
    /// is told apart. Of earlier transactions the last second is left out.
    init(of transactions: [TransactionTime], lastWrite: Int64) {
        let times = transactions.compactMap { time -> ClosedRange<Int64>? in
            let isLast = time == transactions.last && lastWrite - time.ended <= TransactionTime.second
            let end = isLast ? lastWrite : time.ended
            return time.began <= end ? time.began...end : nil
        }
        self = times.isEmpty ? .none : .ended(times)
    }

    /// Whether something became so while packages were being changed.
    ///
    /// Events come after the deed: the lock of the package manager may be let go when one is taken up.
    func covers(_ observation: Observation) -> Bool {
        switch self {
        case .none: false
        case .running: true
        case .ended(let times):
            observation.changed.map { changed in times.contains { $0.contains(changed) } } ?? false
        }
    }
}
