import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let figures: [Case] = [
        Case("figures count what waits, since when, and where nodes stand") { fabric in
            let empty = try await fabric.store.figures()
            #expect(empty.queuedCommits == 0)
            #expect(empty.oldestQueued == nil)
            #expect(empty.nodes.isEmpty)
            #expect(empty.size > 0)
            let nodes = [try await fabric.node("web1"), try await fabric.node("web2")]
            let first = try await fabric.commit(nodes[0], 1, [Sample.edit("/etc/a", nil, "one")])
            let edits = try ["/etc/b", "/etc/c"].map { try Sample.edit($0, nil, "two") }
            try await fabric.commit(nodes[0], 2, edits)
            try await fabric.store.touch(nodes[1], at: Fabric.moment(7))
            let waiting = try await fabric.store.figures()
            #expect(waiting.queuedCommits == 2)
            #expect(waiting.undecidedChanges == 3)
            #expect(waiting.oldestQueued == Fabric.moment(101))
            #expect(waiting.commits == 2)
            #expect(waiting.nodes == [.pending: 1, .clean: 1])
            #expect(waiting.lastContacts == [try NodeName("web2"): Fabric.moment(7)])
            try await fabric.reject(first)
            #expect(try await fabric.store.figures().oldestQueued == Fabric.moment(102))
        },
        Case("webhooks that fail are counted") { fabric in
            let request = AddWebhook(url: "https://a.example/hook")
            let hook = try await fabric.store
                .addWebhook(request, secret: [1], by: "root", at: Fabric.moment(0))
            for attempt in 1...APILimits.webhookAttempts {
                #expect(try await fabric.store.figures().failingWebhooks == 0)
                try await fabric.store.notDelivered(hook.id, "no", at: Fabric.moment(Int64(attempt)))
            }
            #expect(try await fabric.store.figures().failingWebhooks == 1)
        },
    ]
}
