import Components
import FabricModel
import Journal
import Logging
import Synchronization

/// Records the resources of a component that is quick to ask for all of them at once, such as the accounts.
final class ComponentWatch: ResourceRecord {
    let component: any Component
    private let core: AgentCore
    private let packageActivity: @Sendable () -> PackageActivity
    private let onRecord: @Sendable ([RecordedChange]) -> Void
    private let onLook: @Sendable () -> Void
    private let state = Mutex(State())
    /// Whether a look is due that another thread has left to whoever looks or changes something at the moment.
    private let isDue = Atomic(false)
    /// Whether what that finds may have happened at any time.
    private let isDueLate = Atomic(false)
    private let hasFailed = Atomic(false)

    private struct State {
        /// Whether nothing was looked at yet since the daemon began.
        var isFirst = true
        /// What is recorded, so that of thousands of accounts only those that differ are looked up.
        var recorded: [ResourceKey: ResourceState] = [:]
    }

    /// Watches the resources of a component.
    ///
    /// - Parameters:
    ///   - component: What they are.
    ///   - core: Where they are recorded.
    ///   - packageActivity: When packages are being changed.
    ///   - onRecord: Told of the changes that are open.
    ///   - onLook: Called after each look, whether it found something or not.
    init(
        _ component: any Component,
        _ core: AgentCore,
        packageActivity: @escaping @Sendable () -> PackageActivity,
        onRecord: @escaping @Sendable ([RecordedChange]) -> Void,
        onLook: @escaping @Sendable () -> Void = {}
    ) {
        self.component = component
        self.core = core
        self.packageActivity = packageActivity
        self.onRecord = onRecord
        self.onLook = onLook
    }

    func covers(_ key: ResourceKey) -> Bool { component.knowsAll }

    /// Records all resources as they are now; while a step is being taken, as soon as that is through.
    ///
    /// A unit may take minutes to start, and whoever tells of changes has more to do than to wait for it.
    /// - Parameter isLate: Whether what is found may have happened at any time since the last look.
    func check(isLate: Bool = false) {
        if isLate { isDueLate.store(true, ordering: .releasing) }
        isDue.store(true, ordering: .releasing)
        while isDue.load(ordering: .acquiring) {
            let hasLooked: Void? = state.withLockIfAvailable { state in
                while isDue.exchange(false, ordering: .acquiringAndReleasing) {
                    let isLate = isDueLate.exchange(false, ordering: .acquiringAndReleasing)
                    look(at: nil, isLate: isLate, &state)
                }
            }
            guard hasLooked != nil else { return }
        }
    }

    /// Looks again where the last look failed: what it would have found is told by nothing any more.
    func retry() {
        if hasFailed.load(ordering: .acquiring) { check(isLate: true) }
    }

    func look(at keys: [ResourceKey]) { look(at: keys, isLate: false) }

    /// Records what resources are now; late, where it is not known when they became so.
    func look(at keys: [ResourceKey], isLate: Bool) {
        state.withLock { state in
            look(at: state.isFirst ? nil : Set(keys), isLate: isLate, &state)
        }
        if isDue.load(ordering: .acquiring) { check() }
    }

    func recording(
        _ keys: [ResourceKey],
        by actor: Actor,
        _ body: () -> [ResourceKey: ComponentsError]
    ) throws -> [ResourceKey: ComponentsError] {
        let failures = state.withLock { state in
            // What admins did before is theirs.
            look(at: nil, &state)
            defer { look(at: nil, &state) }
            return body()
        }
        if isDue.load(ordering: .acquiring) { check() }
        return failures
    }

    private func look(at keys: Set<ResourceKey>?, isLate: Bool = false, _ state: inout State) {
        defer { onLook() }
        do {
            var found = try component.identify(keys)
            if keys == nil {
                // Those that were there and may not be any more.
                let known = try core.journal.keys(of: component.kinds)
                let missing = Set(known).subtracting(found.map(\.key))
                if !missing.isEmpty { found += try component.identify(missing) }
            }
            if state.isFirst {
                // Half an account is nobody's change: a step that made it was cut off by the end of the daemon.
                for observation in found {
                    try core.journal.expectRemains(observation.state, of: observation.key)
                }
            }
            let news = found.filter { state.recorded[$0.key] != $0.state }
            try record(news, isLate: isLate || state.isFirst)
            for observation in news { state.recorded[observation.key] = observation.state }
            state.isFirst = false
            hasFailed.store(false, ordering: .releasing)
            core.warnings.clear("component", subject: subject)
        } catch {
            hasFailed.store(true, ordering: .releasing)
            core.warnings.raise(
                "component",
                "changes are not recorded at the moment: \(error)",
                subject: subject
            )
        }
    }

    private func record(_ found: [Observation], isLate: Bool) throws {
        let mark = "baseline.\(subject)"
        guard try core.journal.value(mark) != nil else {
            try core.journal.recordBaseline(found)
            return try core.journal.setValue("recorded", for: mark)
        }
        guard !found.isEmpty else { return }
        let packages = isLate ? .none : packageActivity()
        let recorded = try core.journal.record(
            found,
            at: core.time.now(),
            actor: isLate ? .unknown : core.sessions.actor,
            sessions: isLate ? [] : core.sessions.ids,
            isLate: isLate,
            isDuringTransaction: { packages.covers($0) }
        )
        if !recorded.isEmpty { onRecord(recorded) }
    }

    /// The kinds, as people call them.
    private var subject: String { component.kinds.map(\.rawValue).sorted().joined(separator: ",") }
}
