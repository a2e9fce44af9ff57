import Components
import FabricModel

/// When packages were being changed, as far as that is known.
enum PackageActivity: Equatable, Sendable {
    /// Nothing is known to have been changed.
    case none
    /// They are being changed.
    case running
    /// They are not being changed, and the last that were had their records written at the end of this time.
    ///
    /// *Units*: nanoseconds since the epoch.
    case ended(ClosedRange<Int64>)

    /// Whether something became so while packages were being changed.
    ///
    /// Events come after the deed: the lock of the package manager may be let go when one is taken up. Its records are
    /// written last, so what changed before was done while it was held, and what changed later was not.
    func covers(_ observation: Observation) -> Bool {
        switch self {
        case .none: false
        case .running: true
        case .ended(let time): observation.changed.map(time.contains) ?? false
        }
    }
}

/// When a package database was written, of which the last few writes count.
struct DatabaseWrites: Equatable, Sendable {
    /// What follows a write sooner than that belongs to the same work: somebody calls the package manager in a loop.
    ///
    /// *Units*: nanoseconds.
    private static let gap: Int64 = 60_000_000_000

    /// The last write before the work that the last one belongs to.
    private var before: Int64?
    private var last: Int64?

    /// Takes in when the database was last written.
    mutating func add(_ stamp: PackageDatabaseStamp) {
        if let write = stamp.lastWrite { add(write) }
    }

    mutating func add(_ write: Int64) {
        guard let last, let before else {
            (before, last) = (write, write)
            return
        }
        guard write > last else { return }
        if write - last > Self.gap { self.before = last }
        self.last = write
    }

    /// The time of the last work; none before one was seen.
    var activity: PackageActivity {
        guard let before, let last, before < last else { return .none }
        return .ended(before + 1...last)
    }
}
