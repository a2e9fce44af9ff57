import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let slots: [Case] = [
        Case("as many nodes as a tag takes get a slot, and the next one when one of them is done") { fabric in
            let (web, nodes) = try await fabric.rollout(of: 3)
            #expect(try await fabric.store.tag(web).tag.atOnce == 10)
            try await fabric.store.limit(web, to: 2, by: "alice", at: Fabric.moment(1))
            #expect(try await fabric.store.tags().first { $0.name == web }?.atOnce == 2)
            #expect(
                try await fabric.take([web], nodes[0], 1)
                    == .init(answer: .granted(tags: [web], seconds: 300), room: [web])
            )
            #expect(
                try await fabric.take([web], nodes[1], 2)
                    == .init(answer: .granted(tags: [web], seconds: 300))
            )
            let waiting = SlotObstacle.waiting(
                tag: web,
                holders: [try NodeName("n0"), try NodeName("n1")],
                seconds: 298
            )
            #expect(try await fabric.take([web], nodes[2], 3).answer == .withheld(by: [waiting]))
            #expect(try await fabric.take([web], nodes[0], 4).answer == .granted(tags: [web], seconds: 300))
            let outcome = try await fabric.done(nodes[0], 5)
            #expect(outcome == SlotOutcome(freed: [web], turned: []))
            #expect(try await fabric.take([web], nodes[2], 6).answer == .granted(tags: [web], seconds: 300))
            #expect(try await fabric.store.stops(at: Fabric.moment(6)).isEmpty)
        },
        Case("of several tags a node gets the slots that it can") { fabric in
            let (web, nodes) = try await fabric.rollout(of: 3)
            let base = try await fabric.tag("base", includedBy: nodes[0], nodes[1])
            try await fabric.store.limit(web, to: 1, by: "alice", at: Fabric.moment(1))
            _ = try await fabric.take([web], nodes[0], 1)
            let waiting = SlotObstacle.waiting(tag: web, holders: [try NodeName("n0")], seconds: 298)
            let decision = try await fabric.take([web, base], nodes[1], 3)
            let part = SlotAnswer.granted(tags: [base], seconds: 300, withheld: [waiting])
            #expect(decision == SlotDecision(answer: part, room: [base]))
            #expect(try await fabric.take([web, base], nodes[1], 3).answer == part)
            #expect(try await fabric.done(nodes[1], 4).freed == [base])
            #expect(try await fabric.take([web], nodes[1], 3).answer == .withheld(by: [waiting]))
            _ = try await fabric.done(nodes[0], 5)
            let both = SlotAnswer.granted(tags: [base, web], seconds: 300)
            #expect(try await fabric.take([base, web], nodes[1], 6).answer == both)
            let less = try await fabric.take([base], nodes[1], 7)
            #expect(less.freed == [web] && less.answer == .granted(tags: [base], seconds: 300))
            #expect(try await fabric.done(nodes[1], 8).freed == [base])
        },
        Case("a tag that has stopped keeps no other tag of its nodes waiting") { fabric in
            let (web, nodes) = try await fabric.rollout(of: 2)
            let base = try await fabric.tag("base", includedBy: nodes[0], nodes[1])
            _ = try await fabric.take([web], nodes[0], 1)
            _ = try await fabric.fail(nodes[0], "package:a", web, 2, "no", 2)
            guard
                case .granted(let tags, _, let withheld) = try await fabric.take([web, base], nodes[1], 3)
                    .answer
            else {
                Issue.record("it was given no slot at all")
                return
            }
            #expect(tags == [base])
            #expect(withheld.map(\.state) == [.stopped] && withheld.map(\.tag) == [web])
            let only = try await fabric.take([web], nodes[1], 4)
            #expect(only == SlotDecision(answer: .withheld(by: withheld), freed: [base]))
        },
        Case("what failed in a tag that a report says nothing of stays so") { fabric in
            let (web, nodes) = try await fabric.rollout(of: 1)
            _ = try await fabric.take([web], nodes[0], 1)
            _ = try await fabric.fail(nodes[0], "package:a", web, 2, "no", 2)
            let partly = SlotReport(failed: [], withheld: [web])
            let outcome = try await fabric.store.report(partly, from: nodes[0], at: Fabric.moment(3))
            #expect(outcome.turned.isEmpty)
            #expect(try await fabric.store.stops(at: Fabric.moment(3)).count == 1)
            #expect(try await fabric.done(nodes[0], 4).turned == [web])
        },
        Case("a failure stops the others until the node comes through after all") { fabric in
            let (web, nodes) = try await fabric.rollout(of: 3)
            _ = try await fabric.take([web], nodes[0], 1)
            _ = try await fabric.take([web], nodes[1], 1)
            let outcome = try await fabric.fail(nodes[0], "package:a", web, 2, "no such package", 2)
            #expect(outcome == SlotOutcome(freed: [web], turned: [web]))
            let stop = RolloutStop(
                tag: web,
                node: try NodeName("n0"),
                key: try ResourceKey("package:a"),
                revision: 2,
                message: "no such package",
                since: Fabric.moment(2)
            )
            #expect(try await fabric.store.stops(at: Fabric.moment(3)) == [stop])
            let decision = try await fabric.take([web], nodes[2], 3)
            #expect(decision == SlotDecision(answer: .withheld(by: [.stopped(by: stop)])))
            #expect(
                try await fabric.take([web], nodes[1], 4).answer == .granted(tags: [web], seconds: 300),
                "it has begun"
            )
            #expect(
                try await fabric.take([web], nodes[0], 5).answer == .granted(tags: [web], seconds: 300),
                "it tries again"
            )
            _ = try await fabric.fail(nodes[0], "package:a", web, 2, "still none", 6)
            let again = try await fabric.store.stops(at: Fabric.moment(7))
            #expect(again.map(\.message) == ["still none"])
            #expect(again.map(\.since) == [Fabric.moment(2)])
            _ = try await fabric.take([web], nodes[0], 8)
            #expect(try await fabric.done(nodes[0], 9) == SlotOutcome(freed: [web], turned: [web]))
            #expect(try await fabric.take([web], nodes[2], 10).answer == .granted(tags: [web], seconds: 300))
        },
        Case("two nodes on which a step fails can both try again") { fabric in
            let (web, nodes) = try await fabric.rollout(of: 2)
            for node in nodes { _ = try await fabric.take([web], node, 1) }
            for node in nodes { _ = try await fabric.fail(node, "package:a", web, 2, "no", 2) }
            for node in nodes {
                #expect(try await fabric.take([web], node, 3).answer == .granted(tags: [web], seconds: 300))
            }
            _ = try await fabric.done(nodes[0], 4)
            #expect(try await fabric.store.stops(at: Fabric.moment(4)).map(\.node.text) == ["n1"])
        },
        Case("who does not report back in time has failed") { fabric in
            let (web, nodes) = try await fabric.rollout(of: 2)
            _ = try await fabric.take([web], nodes[0], 0)
            #expect(try await fabric.store.stops(at: Fabric.moment(299)).isEmpty)
            let stop = RolloutStop(
                tag: web,
                node: try NodeName("n0"),
                key: nil,
                revision: 2,
                message: "it did not report back",
                since: Fabric.moment(300)
            )
            #expect(try await fabric.store.stops(at: Fabric.moment(300)) == [stop])
            #expect(try await fabric.take([web], nodes[1], 301).answer == .withheld(by: [.stopped(by: stop)]))
            #expect(
                try await fabric.take([web], nodes[0], 302).answer == .granted(tags: [web], seconds: 300),
                "it is back"
            )
            #expect(try await fabric.take([web], nodes[1], 303).answer == .granted(tags: [web], seconds: 300))
        },
        Case("a slot that is renewed does not end") { fabric in
            let (web, nodes) = try await fabric.rollout(of: 1)
            for second in stride(from: 0, to: 1000, by: 250) {
                #expect(
                    try await fabric.take([web], nodes[0], Int64(second)).answer
                        == .granted(tags: [web], seconds: 300)
                )
            }
            #expect(try await fabric.store.stops(at: Fabric.moment(1000)).isEmpty)
        },
        Case("a provisional slot that the node does not renew soon is free again, and no failure") { fabric in
            let (web, nodes) = try await fabric.rollout(of: 2)
            try await fabric.store.limit(web, to: 1, by: "alice", at: Fabric.moment(0))
            let given = try await fabric.take([web], nodes[0], 0, isProvisional: true)
            #expect(given.answer == .granted(tags: [web], seconds: 15))
            let waiting = SlotObstacle.waiting(tag: web, holders: [try NodeName("n0")], seconds: 1)
            #expect(try await fabric.take([web], nodes[1], 14).answer == .withheld(by: [waiting]))
            #expect(try await fabric.take([web], nodes[1], 15).answer == .granted(tags: [web], seconds: 300))
            _ = try await fabric.done(nodes[1], 16)
            _ = try await fabric.take([web], nodes[0], 20, isProvisional: true)
            #expect(try await fabric.take([web], nodes[0], 25).answer == .granted(tags: [web], seconds: 300))
            #expect(
                try await fabric.take([web], nodes[0], 30, isProvisional: true).answer
                    == .granted(tags: [web], seconds: 300)
            )
            #expect(try await fabric.store.stops(at: Fabric.moment(330)).map(\.node.text) == ["n0"])
        },
        Case("somebody's decision to go on holds for the failures that are known") { fabric in
            let (web, nodes) = try await fabric.rollout(of: 3)
            for node in nodes.dropLast() { _ = try await fabric.take([web], node, 1) }
            _ = try await fabric.fail(nodes[0], "package:a", web, 2, "no", 2)
            #expect(try await fabric.store.resume(web, by: "bob", at: Fabric.moment(400)))
            #expect(
                try await fabric.store.stops(at: Fabric.moment(400)).isEmpty,
                "n1 did not report back either"
            )
            #expect(try await !fabric.store.resume(web, by: "bob", at: Fabric.moment(401)))
            #expect(try await fabric.take([web], nodes[2], 402).answer == .granted(tags: [web], seconds: 300))
            _ = try await fabric.fail(nodes[0], "package:a", web, 2, "no", 403)
            #expect(try await fabric.store.stops(at: Fabric.moment(403)).isEmpty)
            _ = try await fabric.fail(nodes[2], "package:a", web, 2, "no", 404)
            #expect(try await fabric.store.stops(at: Fabric.moment(404)).map(\.node.text) == ["n2"])
        },
        Case("another entry for what failed lets the others go on, another one for something else does not") {
            fabric in
            let (web, nodes) = try await fabric.rollout(of: 2)
            _ = try await fabric.take([web], nodes[0], 1)
            _ = try await fabric.fail(nodes[0], "package:a", web, 2, "no", 2)
            try await fabric.set(web, "package:b", nil)
            #expect(try await fabric.store.stops(at: Fabric.moment(3)).count == 1)
            try await fabric.set(web, "package:a", nil)
            #expect(try await fabric.store.stops(at: Fabric.moment(3)).isEmpty)
            #expect(try await fabric.take([web], nodes[1], 4).answer == .granted(tags: [web], seconds: 300))
            let late = try await fabric.fail(nodes[0], "package:a", web, 2, "no", 5)
            #expect(late.turned.isEmpty, "that entry is history")
            #expect(try await fabric.store.stops(at: Fabric.moment(5)).isEmpty)
        },
        Case("any newer revision ends the failure of who did not report back") { fabric in
            let (web, nodes) = try await fabric.rollout(of: 1)
            _ = try await fabric.take([web], nodes[0], 0)
            #expect(try await fabric.store.stops(at: Fabric.moment(400)).count == 1)
            try await fabric.set(web, "package:z", .absent)
            #expect(try await fabric.store.stops(at: Fabric.moment(400)).isEmpty)
        },
        Case("a node with an older configuration gets no slot, but keeps those that it has") { fabric in
            let (web, nodes) = try await fabric.rollout(of: 2)
            let old = try await fabric.etag(of: nodes[0])
            _ = try await fabric.take([web], nodes[0], 1)
            try await fabric.set(web, "package:c", .absent)
            func take(_ node: NodeID) async throws -> SlotAnswer {
                try await fabric.store
                    .takeSlots([web], for: node, of: old, isProvisional: false, at: Fabric.moment(2))
                    .answer
            }
            #expect(try await take(nodes[0]) == .granted(tags: [web], seconds: 300))
            _ = try await fabric.done(nodes[0], 3)
            #expect(try await take(nodes[0]) == .outdated)
            _ = try await fabric.store.pause(web, reason: nil, by: "bob", at: Fabric.moment(4))
            let paused = try await fabric.take([web], nodes[1], 5)
            #expect(
                paused.answer == .granted(tags: [web], seconds: 300),
                "it knows of the pause and asks all the same"
            )
        },
        Case("a tag that a node leaves has nothing to do with it any more") { fabric in
            let (web, nodes) = try await fabric.rollout(of: 2)
            _ = try await fabric.take([web], nodes[0], 1)
            _ = try await fabric.fail(nodes[0], "package:a", web, 2, "no", 2)
            _ = try await fabric.take([web], nodes[0], 3)
            try await fabric.store.include([], in: nodes[0], by: "alice", at: Fabric.moment(4))
            #expect(try await fabric.store.stops(at: Fabric.moment(500)).isEmpty)
            #expect(try await fabric.done(nodes[0], 5) == SlotOutcome(freed: [], turned: []))
            await expectRefusal(.invalidRequest, subject: "web") {
                _ = try await fabric.take([web], nodes[0], 6)
            }
        },
        Case("slots can be given back without a report") { fabric in
            let (web, nodes) = try await fabric.rollout(of: 1)
            _ = try await fabric.take([web], nodes[0], 1)
            #expect(try await fabric.store.releaseSlots(of: nodes[0]) == [web])
            #expect(try await fabric.store.releaseSlots(of: nodes[0]) == [])
            #expect(try await fabric.store.stops(at: Fabric.moment(999)).isEmpty)
        },
        Case("a limit is for shared tags that are there") { fabric in
            try await fabric.node("web1")
            for (name, code) in [("node:web1", APIError.Code.invalidRequest), ("nope", .unknownTag)] {
                let tag = try TagName(name)
                await expectRefusal(code, subject: name) {
                    try await fabric.store.limit(tag, to: 2, by: "alice", at: Fabric.moment(1))
                }
            }
            #expect(try await fabric.store.tag(TagName("node:web1")).tag.atOnce == nil)
        },
    ]
}

extension Fabric {
    /// A tag at revision 2, of which nodes n0, n1 … are to make two packages go.
    fileprivate func rollout(of count: Int) async throws -> (TagName, [NodeID]) {
        let tag = try await tag("web")
        var nodes: [NodeID] = []
        for index in 0..<count {
            let node = try await node("n\(index)")
            try await store.include([tag], in: node, by: "alice", at: Self.moment(0))
            nodes.append(node)
        }
        try await set(tag, "package:b", .absent)
        try await set(tag, "package:a", .absent)
        return (tag, nodes)
    }

    fileprivate func take(
        _ tags: [TagName],
        _ node: NodeID,
        _ second: Int64,
        isProvisional: Bool = false
    ) async throws -> SlotDecision {
        try await store.takeSlots(
            tags,
            for: node,
            of: etag(of: node),
            isProvisional: isProvisional,
            at: Self.moment(second)
        )
    }

    fileprivate func done(_ node: NodeID, _ second: Int64) async throws -> SlotOutcome {
        try await store.report(SlotReport(failed: []), from: node, at: Self.moment(second))
    }

    fileprivate func fail(
        _ node: NodeID,
        _ key: String,
        _ tag: TagName,
        _ revision: Int64,
        _ message: String,
        _ second: Int64
    ) async throws -> SlotOutcome {
        let failure = SlotReport.Failure(
            key: try ResourceKey(key),
            revision: RevisionReference(tag: tag, number: revision),
            message: message
        )
        return try await store.report(SlotReport(failed: [failure]), from: node, at: Self.moment(second))
    }
}
