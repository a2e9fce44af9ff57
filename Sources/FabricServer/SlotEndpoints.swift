import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import ServerStore

/// The brake: leave to converge to shared tags, for a few nodes at a time.
struct SlotEndpoints<C: Clock>: Sendable where C.Duration == Duration {
    let fabric: Fabric
    let clock: C

    var all: [Endpoint] {
        [
            Endpoint(.put, "/v1/nodes/{node}/slots", .ownNode, answer: take),
            Endpoint(.post, "/v1/nodes/{node}/slots", .ownNode, answer: report),
        ]
    }

    private func take(_ call: Call) async throws -> Response {
        let query = try Query(of: call.request, allowed: ["wait"])
        let wait = try query.integer("wait", in: 0...APILimits.longestWait) ?? 0
        let request = try await call.decode(SlotRequest.self)
        guard (1...APILimits.tagsPerSlotRequest).contains(request.tags.count),
            Set(request.tags).count == request.tags.count
        else {
            throw APIError(
                .invalidRequest,
                "'tags' names 1 to \(APILimits.tagsPerSlotRequest) tags, each once",
                subject: "tags"
            )
        }
        guard request.known?.count ?? request.tags.count == request.tags.count else {
            throw APIError(.invalidRequest, "'known' has one item for each of 'tags'", subject: "known")
        }
        let node = try await fabric.node(of: call)
        let deadline = clock.now.advanced(by: .seconds(wait))
        let place = fabric.slots.enter(node.name, request.tags)
        defer { fabric.slots.leave(place) }
        var hasWaited = false
        while true {
            // Listens before it looks, so that no slot gets free in between.
            let (waiter, wasCalled) = place.listen()
            let decision = try await fabric.store.takeSlots(
                request.tags,
                for: node.id,
                of: request.configuration,
                // Somebody who has waited may be gone by now.
                isProvisional: hasWaited,
                at: fabric.now()
            )
            fabric.slots.callFirst(decision.freed)
            if wasCalled {
                // Who cannot use what it was called for leaves it to the next.
                let room = decision.answer == .outdated ? request.tags : decision.room
                fabric.slots.callNext(after: place, room)
            }
            if case .granted = decision.answer { try await takeBack(from: place, node) }
            let left = clock.now.duration(to: deadline)
            guard left > .zero, let rest = decision.answer.rest(after: request) else {
                return try .json(decision.answer)
            }
            let outcome = await waiter.wait(for: min(left, rest), clock: clock)
            guard outcome == .changed || outcome == .timeout else { return try .json(decision.answer) }
            hasWaited = true
            try await call.checkAgain()
        }
    }

    /// Takes slots back that were given while the node asked for others, or reported.
    private func takeBack(from place: SlotQueue.Place, _ node: Fabric.Node) async throws {
        guard !fabric.slots.isValid(place) else { return }
        fabric.slots.callFirst(try await fabric.store.releaseSlots(of: node.id))
    }

    private func report(_ call: Call) async throws -> Response {
        let report = try await call.decode(SlotReport.self)
        guard report.failed.count <= APILimits.failuresPerReport else {
            throw APIError(
                .invalidRequest,
                "'failed' may have at most \(APILimits.failuresPerReport) items",
                subject: "failed"
            )
        }
        for failure in report.failed {
            try Fabric.check(failure.message, "message", limit: APILimits.message)
        }
        let node = try await fabric.node(of: call)
        fabric.slots.dismiss(node.name)
        let outcome = try await fabric.store.report(report, from: node.id, at: fabric.now())
        fabric.slots.wakeAll(outcome.turned)
        fabric.slots.callFirst(outcome.freed)
        return .done
    }
}

extension SlotAnswer {
    /// How long the answer may stay as it is when the node knows it already; `nil` when it is to be told at once.
    fileprivate func rest(after request: SlotRequest) -> Duration? {
        guard case .withheld(let obstacles) = self, obstacles.map(\.state) == request.known else {
            return nil
        }
        let seconds = obstacles.map { obstacle in
            if case .waiting(_, _, let seconds) = obstacle { max(1, seconds) } else { APILimits.longestWait }
        }
        return seconds.min().map { .seconds($0) }
    }
}
