import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import ServiceLifecycle
import Testing

@testable import FabricServer

@Suite(.timeLimit(.minutes(2))) struct WebhookRouteTests {
    private func add(
        _ bench: Bench,
        _ client: any TestClientProtocol,
        _ url: String,
        _ events: [FabricEvent.Kind]? = nil
    ) async throws -> NewWebhook {
        try await client.send(
            .post,
            "/v1/webhooks",
            as: bench.token(.admin),
            AddWebhook(url: url, events: events)
        )
        .value(NewWebhook.self)
    }

    private func edit(_ bench: Bench, _ client: any TestClientProtocol, _ package: String) async throws {
        let edit = #"{"items":[{"key":"package:\#(package)","entry":{"absent":true}}],"message":"m"}"#
        let path = "/v1/tags/web/revisions"
        #expect(try await client.send(.post, path, as: bench.token(.admin), json: edit).status == 200)
    }

    /// Runs `body` while the webhooks are served.
    private func delivering(
        _ bench: Bench,
        _ body: @Sendable () async throws -> Void
    ) async throws {
        let delivery = WebhookDelivery(fabric: bench.routes.fabric, clock: ContinuousClock())
        let logger = bench.routes.fabric.logger
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: delivery, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: logger
            )
        )
        async let running: Void = group.run()
        try await body()
        await group.triggerGracefulShutdown()
        try await running
    }

    @Test("what happens is sent signed and in order, again where it was not taken, and on after a restart")
    func delivery() async throws {
        let receiver = WebhookReceiver()
        try await receiver.run { url in
            try await Bench.run { bench, client in
                _ = try await client.send(.post, "/v1/tags", as: bench.token(.admin), ["name": "web"])
                let hook = try await add(bench, client, url, [.revision])
                receiver.answer([.internalServerError])
                try await edit(bench, client, "a")
                try await delivering(bench) {
                    try await receiver.count(1)
                    try await bench.failures(1, of: hook.webhook)
                    // Mended: what it missed comes at once, and the time of the bench stands.
                    let path = "/v1/webhooks/\(hook.webhook.id)/test"
                    let test = try await client.send(.post, path, as: bench.token(.admin))
                    #expect(try test.value(WebhookTest.self).failure == nil)
                    _ = try await bench.upload("/etc/a", from: nil, to: "x", by: bench.web, through: client)
                    try await edit(bench, client, "b")
                    try await receiver.count(4)
                    // What is not noted as taken when the server stops comes once more.
                    try await bench.everythingTaken(by: hook.webhook)
                }
                try await edit(bench, client, "c")
                try await delivering(bench) { try await receiver.count(5) }
                let feed = try await bench.store.events(after: nil, limit: 99)
                let revisions = feed.filter { $0.kind == .revision }
                let received = receiver.received
                #expect(
                    received.map(\.id).filter { $0?.hasPrefix("test-") == false }
                        == [0, 0, 1, 2].map { revisions[$0].cursor }
                )
                #expect(received[1].id?.hasPrefix("test-") == true)
                for one in received { #expect(try one.isSigned(with: hook.secret)) }
                let first = try CanonicalJSON.decode(FabricEvent.self, from: .init(received[2].body.utf8))
                #expect(first == revisions[0])
                #expect(received[1].body != received[0].body)
            }
        }
    }

    @Test("a webhook that nobody answers is tried again ever more seldom")
    func pauses() {
        let table: [(Int, Int)] = [
            (0, 0), (1, 1), (2, 2), (3, 4), (10, 512), (11, 900), (12, 3600), (1_000_000, 3600),
        ]
        for (attempts, seconds) in table {
            #expect(WebhookDelivery<ContinuousClock>.pause(after: attempts) == .seconds(seconds))
        }
    }

    @Test("a webhook that is removed gets nothing more, and another one everything")
    func removal() async throws {
        let (gone, stays) = (WebhookReceiver(), WebhookReceiver())
        try await gone.run { first in
            try await stays.run { second in
                try await Bench.run { bench, client in
                    _ = try await client.send(.post, "/v1/tags", as: bench.token(.admin), ["name": "web"])
                    let hook = try await add(bench, client, first)
                    _ = try await add(bench, client, second)
                    try await delivering(bench) {
                        try await edit(bench, client, "a")
                        try await gone.count(1)
                        try await stays.count(1)
                        let path = "/v1/webhooks/\(hook.webhook.id)"
                        #expect(try await client.send(.delete, path, as: bench.token(.admin)).status == 204)
                        try await edit(bench, client, "b")
                        try await stays.count(2)
                    }
                    #expect(gone.received.count == 1)
                }
            }
        }
    }

    @Test("a test tells why an address did not take it, and counts for nothing")
    func test() async throws {
        let receiver = WebhookReceiver()
        receiver.answer([.movedPermanently])
        try await receiver.run { url in
            try await Bench.run { bench, client in
                let hook = try await add(bench, client, url)
                let path = "/v1/webhooks/\(hook.webhook.id)/test"
                for expected in ["it answered with status 301", nil] {
                    let test = try await client.send(.post, path, as: bench.token(.admin))
                    #expect(try test.value(WebhookTest.self).failure == expected)
                }
                let nobody = try await add(bench, client, "http://127.0.0.1:1/")
                let other = "/v1/webhooks/\(nobody.webhook.id)/test"
                let test = try await client.send(.post, other, as: bench.token(.admin))
                #expect(try test.value(WebhookTest.self).failure != nil)
                #expect(try await bench.store.webhooks().map(\.attempts) == [0, 0])
            }
        }
    }

    @Test("the secret is shown once, and is another one each time")
    func secrets() async throws {
        try await Bench.run { bench, client in
            let hooks = [
                try await add(bench, client, "https://a.example/"),
                try await add(bench, client, "https://a.example/"),
            ]
            #expect(hooks[0].secret != hooks[1].secret)
            #expect(hooks[0].secret.hasPrefix("whsec_"))
            let list = try await client.send(.get, "/v1/webhooks", as: bench.token(.admin))
            #expect(try list.value(WebhookList.self).webhooks == hooks.map(\.webhook))
            #expect(!String(decoding: list.body, as: UTF8.self).contains("whsec_"))
        }
    }

    @Test(
        "what nothing can be sent to, and what would show it to the network, is refused",
        arguments: [
            "", "a", "ftp://a/", "https://", "https:///x", "https://u@a/", "https://u:p@a/", "https://a/#f",
            "http://a.example/", "http://10.0.0.1/", "http://127.0.0.1.example/", "https://a/\u{7F}",
            "file:///etc",
            "https://a/" + String(repeating: "a", count: 2050),
        ]
    )
    func refusedURL(url: String) async throws {
        try await Bench.run { bench, client in
            let answer = try await client.send(
                .post,
                "/v1/webhooks",
                as: bench.token(.admin),
                AddWebhook(url: url)
            )
            #expect(try answer.refusal().code == .invalidRequest)
            #expect(try await bench.store.webhooks().isEmpty)
        }
    }

    @Test(
        "kinds that are not known, none or twice the same are refused",
        arguments: [["x"], [], ["node", "node"]]
    )
    func refusedKinds(kinds: [String]) async throws {
        try await Bench.run { bench, client in
            let request = AddWebhook(url: "https://a.example/", events: kinds.map { .init(rawValue: $0) })
            let answer = try await client.send(.post, "/v1/webhooks", as: bench.token(.admin), request)
            #expect(try answer.refusal().code == .invalidRequest)
        }
    }
}

extension Bench {
    /// Returns when a webhook has all that happened; the suite's time limit ends it otherwise.
    fileprivate func everythingTaken(by webhook: Webhook) async throws {
        let end = try await store.newestCursor()
        while try await store.webhookTask(webhook.id).cursor != end {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    /// Returns when a webhook has failed that often; the suite's time limit ends it otherwise.
    fileprivate func failures(_ wanted: Int, of webhook: Webhook) async throws {
        while try await store.webhookTask(webhook.id).webhook.attempts != wanted {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}
