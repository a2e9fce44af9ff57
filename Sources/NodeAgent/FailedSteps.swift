import FabricModel
import LinuxSystem
import Synchronization

/// Something that was to be done in a convergence and failed.
struct FailedStep: Sendable, Equatable {
    /// The resource that it was about.
    var key: ResourceKey
    /// What it was to become; `nil` where a unit was to be restarted.
    var wanted: Entry?
    /// The resource by whose entry that was wanted.
    var source: ResourceKey
    /// The revision that set the entry; `nil` for a roll-back.
    var revision: RevisionReference?
    /// Why it failed.
    var message: String
    /// When it failed last.
    var at: Timestamp
    /// Whether it was not tried, as somebody else is at work there or has not decided.
    var isWaiting = false
    /// Whether steps that may have to come first were kept back, so that it says nothing of its entry yet.
    var isPremature = false

    /// A step that failed.
    init(_ step: Plan.Step, _ message: String, at time: Timestamp) {
        key = step.key
        wanted = step.wanted
        source = step.key
        revision = step.revision
        self.message = message
        at = time
    }

    /// A unit that could not be restarted or reloaded.
    init(unit: ResourceKey, for cause: FollowUps.Cause, _ message: String, at time: Timestamp) {
        key = unit
        source = cause.key
        revision = cause.revision
        self.message = message
        at = time
    }

    /// Whether another failure is of the same thing.
    func isSame(as other: FailedStep) -> Bool {
        key == other.key && wanted == other.wanted && revision == other.revision
    }
}

/// Steps that failed, each tried again after a while, or at once when its entry is another.
final class FailedSteps: Sendable {
    private struct Record {
        var step: FailedStep
        var backoff: Backoff
        // On the monotonic clock, in nanoseconds.
        var due: Int64
    }

    private let records = Mutex<[ResourceKey: Record]>([:])

    /// All, by key.
    var all: [FailedStep] {
        records.withLock { $0.values.map(\.step).sorted { $0.key < $1.key } }
    }

    /// How long until the next is to be tried again; `nil` when none failed.
    var nextRetry: Duration? {
        let now = MonotonicClock.nanoseconds()
        return records.withLock { $0.values.map(\.due).min() }.map { .nanoseconds(max(0, $0 - now)) }
    }

    /// Whether a step is to be taken now.
    func isDue(_ step: Plan.Step) -> Bool {
        let isOther = records.withLock { records in
            records[step.key].map { $0.step.wanted != step.wanted || $0.step.revision != step.revision }
                ?? true
        }
        return isOther || isDue(step.key)
    }

    /// Whether something is to be done with a resource now.
    func isDue(_ key: ResourceKey) -> Bool {
        let now = MonotonicClock.nanoseconds()
        return records.withLock { $0[key].map { $0.due <= now } ?? true }
    }

    /// Something failed.
    func failed(_ step: FailedStep) {
        var generator = SystemRandomNumberGenerator()
        records.withLock { records in
            let earlier = records[step.key].flatMap { $0.step.isSame(as: step) ? $0.backoff : nil }
            var backoff = earlier ?? Backoff(base: 10, cap: 3600)
            let wait = backoff.next(using: &generator)
            records[step.key] = Record(
                step: step,
                backoff: backoff,
                due: MonotonicClock.nanoseconds() + Int64(wait * 1e9)
            )
        }
    }

    /// A step was taken.
    func succeeded(_ key: ResourceKey) {
        records.withLock { $0[key] = nil }
    }

    /// Has those be tried at once that failed while others were kept back; whether there are any.
    func hasten() -> Bool {
        let now = MonotonicClock.nanoseconds()
        return records.withLock { records in
            let keys = records.filter { $0.value.step.isPremature }.map(\.key)
            for key in keys { records[key]?.due = now }
            return !keys.isEmpty
        }
    }

    /// Only these are still to be done.
    func keep(_ keys: Set<ResourceKey>) {
        records.withLock { records in
            guard !records.isEmpty else { return }
            records = records.filter { keys.contains($0.key) }
        }
    }
}
