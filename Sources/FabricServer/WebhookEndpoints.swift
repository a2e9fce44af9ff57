import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import ServerStore

/// Addresses to which the server sends what happens.
struct WebhookEndpoints: Sendable {
    let fabric: Fabric

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/webhooks", .roles([.admin]), answer: list),
            Endpoint(.post, "/v1/webhooks", .roles([.admin]), answer: add),
            Endpoint(.delete, "/v1/webhooks/{webhook}", .roles([.admin]), answer: remove),
            Endpoint(.post, "/v1/webhooks/{webhook}/test", .roles([.admin]), answer: test),
        ]
    }

    private func list(_ call: Call) async throws -> Response {
        try await .json(WebhookList(webhooks: fabric.store.webhooks()))
    }

    private func add(_ call: Call) async throws -> Response {
        let request = try await call.decode(AddWebhook.self)
        try WebhookURL.check(request.url)
        for kind in request.events ?? [] where !FabricEvent.Kind.all.contains(kind) {
            let all = FabricEvent.Kind.all.map(\.rawValue).joined(separator: ", ")
            throw APIError(
                .invalidRequest,
                "this is no kind of event; they are \(all)",
                subject: EscapedText.escape(kind.rawValue.prefix(100).utf8)
            )
        }
        if let events = request.events, events.isEmpty || Set(events).count != events.count {
            throw APIError(.invalidRequest, "'events' names each kind once, or is left out for all")
        }
        let secret = WebhookMessage.makeSecret()
        let webhook = try await fabric.store.addWebhook(
            request,
            secret: secret,
            by: call.author,
            at: fabric.now()
        )
        fabric.hooks.wake()
        return try .json(
            NewWebhook(webhook: webhook, secret: WebhookMessage.text(of: secret)),
            status: .created
        )
    }

    private func remove(_ call: Call) async throws -> Response {
        try await fabric.store.removeWebhook(id(of: call), by: call.author, at: fabric.now())
        fabric.hooks.wake()
        return .done
    }

    private func test(_ call: Call) async throws -> Response {
        let task = try await fabric.store.webhookTask(id(of: call))
        let now = fabric.now()
        let event = FabricEvent(
            cursor: "test-\(String(now.microseconds, radix: 36))",
            kind: FabricEvent.Kind(rawValue: "test"),
            at: now,
            author: call.author
        )
        let message = try WebhookMessage(event, signedWith: task.secret, at: now)
        let failure = await fabric.sender.send(message, to: task.webhook.url)
        if failure == nil, task.webhook.attempts > 0 {
            // It is mended, so what it missed need not wait any longer.
            try await fabric.store.notDelivered(task.webhook.id, nil, at: now)
            fabric.hooks.wake()
        }
        return try .json(WebhookTest(failure: failure))
    }

    private func id(of call: Call) throws -> Int64 {
        let text = try call.part("webhook")
        guard let id = Int64(text), id > 0 else {
            throw APIError(
                .unknownWebhook,
                "a webhook is named by its number; 'weft webhook list' shows all",
                subject: EscapedText.escape(text.utf8)
            )
        }
        return id
    }
}
