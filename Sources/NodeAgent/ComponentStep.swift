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
        for request in requests {
            for (key, entries) in record.component.expectations(of: request) {
                try journal.expect(entries, of: key, by: actor)
                expected.insert(key)
            }
        }
        let result = Result {
            try record.recording(expected.sorted(), by: actor) {
                let failures = record.component.change(requests)
                return failures.merging(expectRemains(of: requests, failures, by: actor)) { $1 }
            }
        }
        for key in expected { try journal.forgetExpectations(of: key) }
        return try result.get()
    }

    /// Says of steps whose programs failed that what they leave is Weft's own doing, too, and nobody's drift.
    ///
    /// - Returns: The failures of which that could not be said.
    private func expectRemains(
        of requests: [ChangeRequest],
        _ failures: [ResourceKey: ComponentsError],
        by actor: Actor
    ) -> [ResourceKey: ComponentsError] {
        requests.reduce(into: [:]) { unsaid, request in
            guard var failure = failures[request.key], failure.code == .programFailed else { return }
            do {
                guard let now = try record.component.identify([request.key]).first?.state,
                    !now.matches(request.current)
                else { return }
                let made = Change(
                    key: request.key,
                    before: request.current,
                    after: now,
                    at: Timestamp(seconds: 0)
                )
                try journal.expect([Entry(asking: made)], of: request.key, by: actor)
            } catch {
                failure.message += "; and what it has left may look like somebody's change: \(error)"
                unsaid[request.key] = failure
            }
        }
    }
}
