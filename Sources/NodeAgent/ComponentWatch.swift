import Components
import FabricModel
import Journal
import Logging
import Synchronization

/// Records the resources of a component that is quick to ask for all of them at once, such as the accounts.
final class ComponentWatch: ResourceRecord {
    let component: any Component
    private let core: AgentCore
    private let isPackageTransaction: @Sendable () -> Bool
    private let onRecord: @Sendable ([RecordedChange]) -> Void
    private let onLook: @Sendable () -> Void
    /// Whether nothing was looked at yet since the daemon began.
    private let isFirst = Mutex(true)

    /// Watches the resources of a component.
    ///
    /// - Parameters:
    ///   - component: What they are.
    ///   - core: Where they are recorded.
    ///   - isPackageTransaction: Whether packages are being changed.
    ///   - onRecord: Told of the changes that are open.
    ///   - onLook: Called after each look, whether it found something or not.
    init(
        _ component: any Component,
        _ core: AgentCore,
        isPackageTransaction: @escaping @Sendable () -> Bool,
        onRecord: @escaping @Sendable ([RecordedChange]) -> Void,
        onLook: @escaping @Sendable () -> Void = {}
    ) {
        self.component = component
        self.core = core
        self.isPackageTransaction = isPackageTransaction
        self.onRecord = onRecord
        self.onLook = onLook
    }

    func covers(_ key: ResourceKey) -> Bool { component.knowsAll }

    /// Records all resources as they are now.
    func check() {
        isFirst.withLock { isFirst in look(at: nil, &isFirst) }
    }

    func look(at keys: [ResourceKey]) { look(at: keys, isLate: false) }

    /// Records what resources are now; late, where it is not known when they became so.
    func look(at keys: [ResourceKey], isLate: Bool) {
        isFirst.withLock { isFirst in
            look(at: isFirst ? nil : Set(keys), isLate: isLate, &isFirst)
        }
    }

    func recording(
        _ keys: [ResourceKey],
        by actor: Actor,
        _ body: () -> [ResourceKey: ComponentsError]
    ) throws -> [ResourceKey: ComponentsError] {
        isFirst.withLock { isFirst in
            // What admins did before is theirs.
            look(at: nil, &isFirst)
            defer { look(at: nil, &isFirst) }
            return body()
        }
    }

    private func look(at keys: Set<ResourceKey>?, isLate: Bool = false, _ isFirst: inout Bool) {
        defer { onLook() }
        do {
            var found = try component.identify(keys)
            if keys == nil {
                // Those that were there and may not be any more.
                let known = try core.journal.keys(of: component.kinds)
                let missing = Set(known).subtracting(found.map(\.key))
                if !missing.isEmpty { found += try component.identify(missing) }
            }
            if isFirst {
                // Half an account is nobody's change: a step that made it was cut off by the end of the daemon.
                for observation in found {
                    try core.journal.expectRemains(observation.state, of: observation.key)
                }
            }
            try record(found, isLate: isLate || isFirst)
            isFirst = false
            core.warnings.clear("component", subject: subject)
        } catch {
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
        let recorded = try core.journal.record(
            found,
            at: core.time.now(),
            actor: isLate ? .unknown : core.sessions.actor,
            sessions: isLate ? [] : core.sessions.ids,
            isLate: isLate,
            isDuringTransaction: !isLate && isPackageTransaction()
        )
        if !recorded.isEmpty { onRecord(recorded) }
    }

    /// The kinds, as people call them.
    private var subject: String { component.kinds.map(\.rawValue).sorted().joined(separator: ",") }
}
