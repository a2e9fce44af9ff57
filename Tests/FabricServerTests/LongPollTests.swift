import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

@Suite(.timeLimit(.minutes(2))) struct LongPollTests {
    /// Runs `change` while web1 waits for its configuration, and gives what web1 was answered.
    private func answer(
        to change: @escaping @Sendable (Bench, any TestClientProtocol) async throws -> Void
    ) async throws -> Answer {
        try await Bench.run { bench, client in
            _ = try await client.send(.post, "/v1/tags", as: bench.token(.admin), json: #"{"name":"web"}"#)
            _ = try await client.send(
                .put,
                "/v1/nodes/web1/tags",
                as: bench.token(.admin),
                json: #"{"tags":["web"]}"#
            )
            let commit = try await bench.upload(
                "/etc/motd",
                from: nil,
                to: "x",
                by: bench.web,
                through: client
            )
            #expect(try await bench.store.queue(node: nil).map(\.id) == [commit.id])
            let waiting = try await bench.poll(bench.web, through: client)
            try await bench.waiters(1)
            try await change(bench, client)
            let answer = try await waiting.value
            try await bench.waiters(0)
            return answer
        }
    }

    @Test("an approval wakes the node that waits")
    func approval() async throws {
        let answer = try await answer { bench, client in
            let commit = try await bench.store.queue(node: nil)[0].id
            _ = try await client.send(
                .post,
                "/v1/commits/\(commit)/approval",
                as: bench.token(.admin),
                json: "{}"
            )
        }
        let changes = try answer.value(ConfigurationChanges.self)
        #expect(changes.items.map(\.key.description) == ["file:/etc/motd"])
        #expect(changes.lastDecision == 1)
        #expect(answer.headers[.eTag] == "\"\(changes.etag)\"")
    }

    @Test("a rejection wakes the node that waits")
    func rejection() async throws {
        let answer = try await answer { bench, client in
            let commit = try await bench.store.queue(node: nil)[0].id
            let path = "/v1/commits/\(commit)/rejection"
            _ = try await client.send(.post, path, as: bench.token(.admin), Rejection(reason: "no"))
        }
        #expect(try answer.value(ConfigurationChanges.self).lastDecision == 1)
    }

    @Test("an edit of an included tag and its reversal wake the node that waits")
    func edit() async throws {
        let answer = try await answer { bench, client in
            let json = #"{"items":[{"key":"package:a","entry":{"absent":true}}],"message":"x"}"#
            _ = try await client.send(.post, "/v1/tags/web/revisions", as: bench.token(.admin), json: json)
        }
        #expect(try answer.value(ConfigurationChanges.self).items.map(\.entry) == [.absent])
    }

    @Test("another list of tags wakes the node that waits")
    func inclusion() async throws {
        let answer = try await answer { bench, client in
            _ = try await client.send(
                .put,
                "/v1/nodes/web1/tags",
                as: bench.token(.admin),
                json: #"{"tags":[]}"#
            )
        }
        #expect(try answer.value(NodeConfiguration.self).tags.isEmpty)
    }

    @Test("what does not concern the node leaves it waiting")
    func others() async throws {
        let answer = try await answer { bench, client in
            let mail = try await bench.upload(
                "/etc/motd",
                from: nil,
                to: "x",
                by: bench.mail,
                through: client
            )
            let path = "/v1/commits/\(mail.id)/approval"
            #expect(try await client.send(.post, path, as: bench.token(.admin), json: "{}").status == 200)
            #expect(bench.watch.count == 1)
            let web = try #require(try await bench.store.queue(node: bench.web.id).first).id
            _ = try await client.send(
                .post,
                "/v1/commits/\(web)/approval",
                as: bench.token(.admin),
                json: "{}"
            )
        }
        #expect(try answer.value(ConfigurationChanges.self).lastDecision == 1)
    }

    @Test("a node for which nothing changes is answered with nothing when its time is over")
    func timeout() async throws {
        try await Bench.run { bench, client in
            let answer = try await bench.poll(bench.web, wait: 1, through: client).value
            #expect(answer.status == 304)
            #expect(answer.body.isEmpty)
            #expect(bench.watch.count == 0)
        }
    }

    @Test("a node that is behind is answered at once")
    func behind() async throws {
        try await Bench.run { bench, client in
            let path = "/v1/nodes/\(bench.web.id)/configuration"
            let answer = try await client.send(.get, "\(path)?since=old&wait=300", as: bench.web)
            let whole = try await bench.store.configuration(of: bench.web.id)
            #expect(try answer.value(ConfigurationAnswer.self) == .whole(whole))
        }
    }

    @Test("an entity tag in If-None-Match is the same as since")
    func header() async throws {
        try await Bench.run { bench, client in
            let path = "/v1/nodes/\(bench.web.id)/configuration"
            let etag = try #require(try await client.send(.get, path, as: bench.web).headers[.eTag])
            let answer = try await client.send(.get, path, as: bench.web, headers: [.ifNoneMatch: etag])
            #expect(answer.status == 304)
            #expect(answer.headers[.eTag] == etag)
        }
    }

    @Test("a wait that is too long or no number is refused", arguments: ["301", "-1", "x", "1.5", ""])
    func invalidWait(wait: String) async throws {
        try await Bench.run { bench, client in
            let path = "/v1/nodes/\(bench.web.id)/configuration?since=a&wait=\(wait)"
            let answer = try await client.send(.get, path, as: bench.web)
            #expect(try answer.refusal().code == .invalidRequest)
        }
    }

    @Test("2,000 waiting nodes cost no thread and are woken together")
    func many() async throws {
        try await Bench.run { bench, client in
            let names = try (0..<2000).map { try NodeName("node-\($0)") }
            try await withThrowingTaskGroup(of: Waiter.Outcome.self) { group in
                for name in names {
                    group.addTask {
                        let waiter = bench.watch.enter(name)
                        defer { bench.watch.leave(name, waiter) }
                        return await waiter.wait(for: .seconds(100), clock: ContinuousClock())
                    }
                }
                try await bench.waiters(2000)
                bench.watch.wake(names)
                for try await outcome in group { #expect(outcome == .changed) }
            }
            #expect(bench.watch.count == 0)
        }
    }
}

extension Bench {
    /// Begins to wait for a change of a node's configuration.
    func poll(
        _ machine: Machine,
        wait: Int = 100,
        through client: any TestClientProtocol
    ) async throws -> Task<Answer, any Error> {
        let etag = try await store.configuration(of: machine.id).etag
        let path = "/v1/nodes/\(machine.id)/configuration?since=\(etag)&wait=\(wait)"
        return Task { try await client.send(.get, path, as: machine) }
    }

    /// Returns when that many requests wait.
    func waiters(_ count: Int) async throws { try await watch.waiters(count) }
}

extension ConfigurationWatch {
    /// Returns when that many requests wait; the suite's time limit ends it otherwise.
    func waiters(_ wanted: Int) async throws {
        while count != wanted {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}
