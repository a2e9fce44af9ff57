import FabricModel
import LinuxSystem
import Synchronization

/// A step of convergence that failed.
struct FailedStep: Sendable, Equatable {
    /// The resource that it was about.
    var key: ResourceKey
    /// What was to be made of it; `nil` where a unit was to be restarted.
    var item: EffectiveConfiguration.Item?
    /// Why it failed.
    var message: String
    /// When it failed last.
    var at: Timestamp
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

    /// Whether the last step of a resource failed.
    func hasFailed(_ key: ResourceKey) -> Bool { records.withLock { $0[key] != nil } }

    /// Whether a step is to be taken now.
    func isDue(_ item: EffectiveConfiguration.Item) -> Bool {
        records.withLock { $0[item.key].map { $0.step.item != item } ?? true } || isDue(item.key)
    }

    /// Whether something is to be done with a resource now.
    func isDue(_ key: ResourceKey) -> Bool {
        let now = MonotonicClock.nanoseconds()
        return records.withLock { $0[key].map { $0.due <= now } ?? true }
    }

    /// A step failed.
    func failed(
        _ key: ResourceKey,
        _ item: EffectiveConfiguration.Item?,
        _ message: String,
        at time: Timestamp
    ) {
        var generator = SystemRandomNumberGenerator()
        records.withLock { records in
            let earlier = records[key].flatMap { $0.step.item == item ? $0.backoff : nil }
            var backoff = earlier ?? Backoff(base: 10, cap: 3600)
            let wait = backoff.next(using: &generator)
            records[key] = Record(
                step: FailedStep(key: key, item: item, message: message, at: time),
                backoff: backoff,
                due: MonotonicClock.nanoseconds() + Int64(wait * 1e9)
            )
        }
    }

    /// A step was taken.
    func succeeded(_ key: ResourceKey) {
        records.withLock { $0[key] = nil }
    }

    /// Only these are still to be done.
    func keep(_ keys: Set<ResourceKey>) {
        records.withLock { records in
            guard !records.isEmpty else { return }
            records = records.filter { keys.contains($0.key) }
        }
    }
}
