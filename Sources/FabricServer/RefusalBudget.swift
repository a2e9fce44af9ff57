import FabricModel
import Synchronization

/// How many refusals the audit log takes at a time, so that a flood of them neither fills it nor hides others.
///
/// Each principal has a budget of its own, and all that nobody can tell share one; there is one for all together.
/// What is left out is counted, and the next one that is written down tells how many.
final class RefusalBudget: Sendable {
    /// Grows up to its limit by so many a minute.
    private struct Bucket {
        var left: Double
        var since: Timestamp
        let limit: Double
        let perMinute: Double

        init(_ limit: Double, perMinute: Double, at: Timestamp) {
            left = limit
            since = at
            self.limit = limit
            self.perMinute = perMinute
        }

        mutating func fill(at: Timestamp) {
            left = min(limit, left + max(0, at.seconds(since: since)) / 60 * perMinute)
            since = at
        }
    }

    private struct State {
        var all: Bucket?
        var principals: [String?: Bucket] = [:]
        var omitted = 0
    }

    private static let ofOne = (limit: 100.0, perMinute: 6.0)
    private static let ofAll = (limit: 1000.0, perMinute: 60.0)
    /// Budgets that are kept; one that is gone was full, or nearly so.
    private static let mostPrincipals = 10_000

    private let state = Mutex(State())

    /// How many were left out before this one; `nil` where this one is to be left out too.
    func take(for principal: String?, at now: Timestamp) -> Int? {
        state.withLock { state in
            if state.principals.count >= Self.mostPrincipals { state.principals = [:] }
            var all = state.all ?? Bucket(Self.ofAll.limit, perMinute: Self.ofAll.perMinute, at: now)
            var one =
                state.principals[principal]
                ?? Bucket(Self.ofOne.limit, perMinute: Self.ofOne.perMinute, at: now)
            all.fill(at: now)
            one.fill(at: now)
            let isTaken = all.left >= 1 && one.left >= 1
            if isTaken {
                all.left -= 1
                one.left -= 1
            }
            state.all = all
            state.principals[principal] = one
            guard isTaken else {
                state.omitted += 1
                return nil
            }
            defer { state.omitted = 0 }
            return state.omitted
        }
    }
}
