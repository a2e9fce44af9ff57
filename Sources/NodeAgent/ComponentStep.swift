import Components
import FabricModel
import Journal

/// Steps of one component on their way to what tags want: said in the journal before, recorded after.
struct ComponentStep {
    let journal: Journal
    let record: any ResourceRecord
    /// Gives the bytes of a digest: from the journal, or else from the server.
    let content: (ContentDigest) throws -> [UInt8]?

    /// Brings resources to what is wanted of them, and has that recorded as Weft's own doing.
    ///
    /// - Parameter steps: Those that are taken together.
    /// - Returns: Why each that failed did so.
    func take(_ steps: [Plan.Step]) -> [ResourceKey: any Error] {
        do {
            return try attempt(steps)
        } catch {
            return Dictionary(steps.map { ($0.key, error) }) { $1 }
        }
    }

    private func attempt(_ steps: [Plan.Step]) throws -> [ResourceKey: any Error] {
        let evidence = Set(steps.compactMap(\.actor.evidence)).sorted().joined(separator: ", ")
        let actor = Actor(tier: .exact, name: "weft", evidence: evidence)
        // Contents come before anything is said or done: the server may not answer.
        let requests = try steps.map { step in
            ChangeRequest(
                key: step.key,
                current: step.current,
                wanted: record.component.localised(step.wanted),
                content: try step.wanted.keptDigest.flatMap(content)
            )
        }
        var expected: Set<ResourceKey> = []
        for (step, request) in zip(steps, requests) {
            for (key, entries) in record.component.expectations(of: request) {
                try journal.expect(entries, of: key, by: step.actor)
                expected.insert(key)
            }
        }
        let result = Result {
            try record.recording(expected.sorted(), by: actor) { change(requests, by: actor, &expected) }
        }
        for key in expected { try journal.forgetExpectations(of: key) }
        return try result.get()
    }

    /// Changes resources; what that makes of others, and what programs that failed have left, is expected, too.
    private func change(
        _ requests: [ChangeRequest],
        by actor: Actor,
        _ expected: inout Set<ResourceKey>
    ) -> [ResourceKey: ComponentsError] {
        let others: [Observation]
        do {
            others = try expectOthers(of: requests, by: actor, &expected)
        } catch {
            let failures = requests.map { request in
                let message = "is left as it was, since what changes along with it cannot be noted: \(error)"
                return (
                    request.key,
                    ComponentsError(.cannotChange, request.key.nameBytes, message, cause: error)
                )
            }
            return Dictionary(failures) { first, _ in first }
        }
        let failures = record.component.change(requests)
        return failures.merging(expectRemains(of: requests, others, failures, by: actor)) { $1 }
    }

    /// Says of what may change along that it is expected as it is: should the daemon end before it has seen what became
    /// of that, this is Weft's own all the same.
    private func expectOthers(
        of requests: [ChangeRequest],
        by actor: Actor,
        _ expected: inout Set<ResourceKey>
    ) throws -> [Observation] {
        var keys: Set<ResourceKey> = []
        for request in requests { keys.formUnion(try record.component.alsoChanged(by: request)) }
        guard !keys.isEmpty else { return [] }
        let others = try record.component.identify(keys)
        for other in others {
            try expect(other.state, after: .absent, of: other.key, by: actor)
            expected.insert(other.key)
        }
        return others
    }

    /// Says of resources that changed along, and of those whose programs failed, that what they are now is Weft's own
    /// doing and nobody's drift.
    ///
    /// - Returns: The failures of which that could not be said.
    private func expectRemains(
        of requests: [ChangeRequest],
        _ others: [Observation],
        _ failures: [ResourceKey: ComponentsError],
        by actor: Actor
    ) -> [ResourceKey: ComponentsError] {
        let failed = requests.compactMap { request in
            failures[request.key]?.code == .programFailed ? (request.key, request.current) : nil
        }
        // What changed along was looked at last.
        let before = Dictionary(failed) { first, _ in first }
            .merging(others.map { ($0.key, $0.state) }) { $1 }
        guard !before.isEmpty else { return [:] }
        do {
            for now in try record.component.identify(Set(before.keys)) {
                guard let known = before[now.key], !now.state.matches(known) else { continue }
                try expect(now.state, after: known, of: now.key, by: actor)
            }
            return [:]
        } catch {
            return failures.filter { $0.value.code == .programFailed }
                .mapValues { failure in
                    var failure = failure
                    failure.message += "; and what it has left may look like somebody's change: \(error)"
                    return failure
                }
        }
    }

    /// Expects a state as it would be asked for, without what is secret of it.
    private func expect(
        _ state: ResourceState,
        after before: ResourceState,
        of key: ResourceKey,
        by actor: Actor
    ) throws {
        let made = Change(key: key, before: before, after: state, at: Timestamp(seconds: 0))
        let wanted = record.component.localised(Entry(asking: made))
        let request = ChangeRequest(key: key, current: state, wanted: wanted)
        try journal.expect(record.component.expectations(of: request)[key] ?? [wanted], of: key, by: actor)
    }
}
