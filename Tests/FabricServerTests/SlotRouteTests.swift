import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

@Suite(.timeLimit(.minutes(2))) struct SlotRouteTests {
    private let web: TagName

    init() throws {
        web = try TagName("web")
    }

    /// Runs `body` with a tag that both nodes include and that one may converge to at a time.
    private func run(
        _ body: @escaping @Sendable (Bench, any TestClientProtocol) async throws -> Void
    ) async throws {
        try await Bench.run { bench, client in
            try await bench.rollOut(through: client)
            try await body(bench, client)
        }
    }

    @Test("a node gets a slot, and another one as soon as it gives it back")
    func turns() async throws {
        try await run { bench, client in
            #expect(
                try await bench.take(bench.web, through: client) == .granted(tags: [web], seconds: 300)
            )
            let waiting = SlotObstacle.waiting(tag: web, holders: [bench.web.name], seconds: 300)
            #expect(try await bench.take(bench.mail, through: client) == .withheld(by: [waiting]))
            let mail = Task {
                try await bench.take(bench.mail, known: .waiting, wait: 100, through: client)
            }
            try await bench.slotWaiters(1)
            #expect(try await bench.report(bench.web, through: client).status == 204)
            #expect(try await mail.value == .granted(tags: [web], seconds: 15))
            #expect(bench.routes.fabric.slots.count == 0)
        }
    }

    @Test("a failure is told to who waits, the tag shows it, and 'resume' lets it go on")
    func failure() async throws {
        try await run { bench, client in
            let admin = bench.token(.admin)
            _ = try await bench.take(bench.web, through: client)
            let waiting = Task {
                try await bench.take(bench.mail, known: .waiting, wait: 100, through: client)
            }
            try await bench.slotWaiters(1)
            let tag = web
            let failure = SlotReport.Failure(
                key: try ResourceKey("package:a"),
                revision: RevisionReference(tag: tag, number: 1),
                message: "no"
            )
            _ = try await bench.report(bench.web, [failure], through: client)
            let stop = RolloutStop(
                tag: tag,
                node: bench.web.name,
                key: failure.key,
                revision: 1,
                message: "no",
                since: Bench.start
            )
            #expect(try await waiting.value == .withheld(by: [.stopped(by: stop)]))
            let shown = try await client.send(.get, "/v1/tags/web", as: admin).value(TagDetail.self).tag
            #expect(shown.stop == stop)
            let listed = try await client.send(.get, "/v1/tags", as: admin).value(TagList.self).tags
            #expect(listed.compactMap(\.stop) == [stop])
            let pauses = try await client.send(.get, "/v1/pauses", as: admin).value(PauseList.self)
            #expect(pauses.stops == [stop])
            let stopped = Task {
                try await bench.take(bench.mail, known: .stopped, wait: 100, through: client)
            }
            try await bench.slotWaiters(1)
            #expect(try await client.send(.delete, "/v1/pauses?tag=web", as: admin).status == 204)
            #expect(try await stopped.value == .granted(tags: [web], seconds: 15))
        }
    }

    @Test("a higher limit lets those in who wait")
    func limit() async throws {
        try await run { bench, client in
            _ = try await bench.take(bench.web, through: client)
            let waiting = Task {
                try await bench.take(bench.mail, known: .waiting, wait: 100, through: client)
            }
            try await bench.slotWaiters(1)
            let summary = try await bench.limit(2, through: client).value(TagSummary.self)
            #expect(summary.atOnce == 2)
            #expect(try await waiting.value == .granted(tags: [web], seconds: 15))
        }
    }

    @Test("a node that reports while it still waits does not get a slot that nobody would give back")
    func abandoned() async throws {
        try await run { bench, client in
            _ = try await bench.take(bench.web, through: client)
            let waiting = Task {
                try await bench.take(bench.mail, known: .waiting, wait: 100, through: client)
            }
            try await bench.slotWaiters(1)
            _ = try await bench.report(bench.mail, through: client)
            guard case .withheld = try await waiting.value else {
                Issue.record("it was given a slot")
                return
            }
            _ = try await bench.report(bench.web, through: client)
            #expect(
                try await bench.take(bench.web, through: client) == .granted(tags: [web], seconds: 300)
            )
        }
    }

    @Test("a limit out of range, and requests that make no sense, are refused")
    func refused() async throws {
        try await run { bench, client in
            for count in [0, -1, 10_001] {
                #expect(try await bench.limit(count, through: client).refusal().code == .invalidRequest)
            }
            let path = "/v1/nodes/\(bench.web.id)/slots"
            for json in [
                #"{"tags":[],"configuration":"x"}"#, #"{"tags":["web","web"],"configuration":"x"}"#,
                #"{"tags":["web"]}"#, #"{"tags":["web"],"configuration":"x","known":["granted"]}"#,
                #"{"tags":["web"],"configuration":"x","known":[]}"#,
            ] {
                let answer = try await client.send(.put, path, as: bench.web, json: json)
                #expect(try answer.refusal().code == .invalidRequest, "\(json)")
            }
            let stranger = try await client.send(
                .put,
                path,
                as: bench.web,
                json: #"{"tags":["web"],"configuration":"x"}"#
            )
            #expect(try stranger.value(SlotAnswer.self) == .outdated)
        }
    }
}

extension Bench {
    /// Makes a tag of one entry that both nodes include, for one node at a time.
    fileprivate func rollOut(through client: any TestClientProtocol) async throws {
        let admin = token(.admin)
        _ = try await client.send(.post, "/v1/tags", as: admin, json: #"{"name":"web"}"#)
        for node in ["web1", "mail1"] {
            _ = try await client.send(.put, "/v1/nodes/\(node)/tags", as: admin, json: #"{"tags":["web"]}"#)
        }
        let json = #"{"items":[{"key":"package:a","entry":{"absent":true}}],"message":"x"}"#
        _ = try await client.send(.post, "/v1/tags/web/revisions", as: admin, json: json)
        #expect(try await limit(1, through: client).status == 200)
    }

    fileprivate func limit(_ count: Int, through client: any TestClientProtocol) async throws -> Answer {
        try await client.send(.put, "/v1/tags/web/limit", as: token(.reviewer), TagLimit(atOnce: count))
    }

    fileprivate func take(
        _ machine: Machine,
        known: SlotRequest.State? = nil,
        wait: Int = 0,
        through client: any TestClientProtocol
    ) async throws -> SlotAnswer {
        let request = SlotRequest(
            tags: [try TagName("web")],
            configuration: try await store.configuration(of: machine.id).etag,
            known: known.map { [$0] }
        )
        let path = "/v1/nodes/\(machine.id)/slots?wait=\(wait)"
        return try await client.send(.put, path, as: machine, request).value()
    }

    fileprivate func report(
        _ machine: Machine,
        _ failed: [SlotReport.Failure] = [],
        through client: any TestClientProtocol
    ) async throws -> Answer {
        try await client.send(
            .post,
            "/v1/nodes/\(machine.id)/slots",
            as: machine,
            SlotReport(failed: failed)
        )
    }

    /// Returns when that many requests for slots wait; the suite's time limit ends it otherwise.
    fileprivate func slotWaiters(_ wanted: Int) async throws {
        while routes.fabric.slots.count != wanted {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}
