import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let webhooks: [Case] = [
        Case("a webhook begins with what happens after it was added, and goes on where it ended") { fabric in
            try await fabric.node("web1")
            let added = try await add(fabric, [.revision, .node])
            #expect(added.events == [.revision, .node])
            #expect(try await fabric.store.webhooks() == [added])
            #expect(try await fabric.store.webhookTask(added.id).secret == [1, 2, 3])
            let before = try #require(try await fabric.store.newestCursor())
            #expect(try await fabric.store.webhookTask(added.id).cursor == before)
            let web = try await fabric.tag("web")
            try await fabric.set(web, "package:a", .absent)
            let cursor = try #require(try await fabric.store.newestCursor())
            try await fabric.store.delivered(added.id, upTo: cursor, at: Fabric.moment(9))
            let task = try await fabric.store.webhookTask(added.id)
            #expect(task.cursor == cursor)
            #expect(task.webhook.deliveredAt == Fabric.moment(9))
            try await fabric.store.delivered(added.id, upTo: before, at: nil)
            #expect(try await fabric.store.webhookTask(added.id).webhook.deliveredAt == Fabric.moment(9))
        },
        Case("failures are counted until the next event is taken, and many of them make a webhook failing") {
            fabric in
            try await fabric.node("web1")
            let hook = try await add(fabric, nil)
            #expect(hook.events == nil)
            for attempt in 1...APILimits.webhookAttempts {
                try await fabric.store.notDelivered(hook.id, "no", at: Fabric.moment(Int64(attempt)))
                let failed = try await fabric.store.webhookTask(hook.id).webhook
                #expect(failed.attempts == attempt)
                #expect(failed.failure == "no")
                #expect(failed.failedAt == Fabric.moment(Int64(attempt)))
                #expect(failed.isFailing == (attempt == APILimits.webhookAttempts))
            }
            try await fabric.store.notDelivered(hook.id, nil, at: Fabric.moment(99))
            #expect(try await fabric.store.webhooks() == [hook])
            try await fabric.store.notDelivered(hook.id, "no", at: Fabric.moment(99))
            let cursor = try #require(try await fabric.store.newestCursor())
            try await fabric.store.delivered(hook.id, upTo: cursor, at: Fabric.moment(100))
            #expect(try await fabric.store.webhooks().map(\.failure) == [nil])
        },
        Case("a webhook that was removed is not known, and its number stands for no other one") { fabric in
            let first = try await add(fabric, nil)
            try await fabric.store.removeWebhook(first.id, by: "root", at: Fabric.moment(1))
            #expect(try await fabric.store.webhooks().isEmpty)
            await expectRefusal(.unknownWebhook) { _ = try await fabric.store.webhookTask(first.id) }
            await expectRefusal(.unknownWebhook) {
                try await fabric.store.removeWebhook(first.id, by: "root", at: Fabric.moment(1))
            }
            #expect(try await add(fabric, nil).id > first.id)
            let log = try await fabric.store.audit(AuditFilter(), before: nil, limit: 3)
            #expect(log.map(\.action) == ["add-webhook", "remove-webhook", "add-webhook"])
        },
        Case("there are no more webhooks than the limit") { fabric in
            for _ in 0..<APILimits.webhooks { _ = try await add(fabric, nil) }
            await expectRefusal(.invalidRequest) { _ = try await add(fabric, nil) }
        },
    ]

    private static func add(_ fabric: Fabric, _ events: [FabricEvent.Kind]?) async throws -> Webhook {
        let request = AddWebhook(url: "https://a.example/hook", events: events)
        return try await fabric.store
            .addWebhook(request, secret: [1, 2, 3], by: "root", at: Fabric.moment(0))
    }
}
