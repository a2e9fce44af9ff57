import FabricAPI
import FabricModel
import Logging
import ServerStore
import ServiceLifecycle

/// Sends what happens to the webhooks: to each in order and at least once, on tasks that no request waits for.
struct WebhookDelivery<C: Clock>: Service where C.Duration == Duration {
    let fabric: Fabric
    let clock: C

    /// How long a webhook that has failed so many times is left alone: twice as long each time up to a quarter of an hour,
    /// and an hour once it counts as failing.
    static func pause(after attempts: Int) -> Duration {
        switch attempts {
        case ..<1: .zero
        case APILimits.webhookAttempts...: .seconds(3600)
        default: .seconds(min(1 << (attempts - 1), 900))
        }
    }

    /// Delivers until the server stops; what is under way then is sent again by the next one.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                // Numbers are never given again, so an ended webhook's stays here.
                var begun: Set<Int64> = []
                while !Task.isCancelled {
                    let waiter = fabric.hooks.enter()
                    defer { fabric.hooks.leave(waiter) }
                    for hook in await hooks() where begun.insert(hook.id).inserted {
                        group.addTask { await deliver(to: hook.id) }
                    }
                    _ = await waiter.wait(for: .seconds(3600), clock: clock)
                }
            }
        }
    }

    private func hooks() async -> [Webhook] {
        do {
            return try await fabric.store.webhooks()
        } catch {
            // A read that the end of the server cuts off is no failure.
            if !Task.isCancelled { fabric.logger.error("the webhooks cannot be read: \(error)") }
            return []
        }
    }

    /// Sends one webhook what happens, until it is removed.
    private func deliver(to id: Int64) async {
        while !Task.isCancelled {
            // Listens before it looks, so that nothing falls in between.
            let (feed, hook) = (fabric.feed.enter(), fabric.hooks.enter())
            defer {
                fabric.feed.leave(feed)
                fabric.hooks.leave(hook)
            }
            do {
                let task = try await fabric.store.webhookTask(id)
                if let left = left(of: task.webhook) {
                    _ = await hook.wait(for: left, clock: clock)
                } else if try await !advance(task) {
                    _ = await feed.wait(for: .seconds(3600), clock: clock)
                }
            } catch let error as APIError where error.code == .unknownWebhook {
                return
            } catch {
                if Task.isCancelled { return }
                fabric.logger.error("webhook \(id) cannot be served: \(error)")
                _ = await hook.wait(for: .seconds(5), clock: clock)
            }
        }
    }

    /// How long it is still left alone; `nil` where its time has come.
    private func left(of webhook: Webhook) -> Duration? {
        guard let failedAt = webhook.failedAt else { return nil }
        let pause = Self.pause(after: webhook.attempts)
        // A clock that was set back is to make it no longer.
        let left = min(pause, pause - .seconds(fabric.now().seconds(since: failedAt)))
        return left > .zero ? left : nil
    }

    /// Sends the next events; false where there is none.
    private func advance(_ task: WebhookTask) async throws -> Bool {
        let id = task.webhook.id
        let events = try await fabric.store.events(after: task.cursor, limit: APILimits.rowsPerPage)
        var unwanted: String?
        for event in events {
            guard !Task.isCancelled else { return true }
            guard task.webhook.events?.contains(event.kind) ?? true else {
                unwanted = event.cursor
                continue
            }
            let message = try WebhookMessage(event, signedWith: task.secret, at: fabric.now())
            if let failure = await fabric.sender.send(message, to: task.webhook.url) {
                // What is cut off because the server stops is no failure of the webhook.
                if Task.isCancelled { return true }
                try await fail(task.webhook, failure)
                return true
            }
            try await fabric.store.delivered(id, upTo: event.cursor, at: fabric.now())
            unwanted = nil
            // It may have been removed meanwhile.
            _ = try await fabric.store.webhookTask(id)
        }
        if let unwanted { try await fabric.store.delivered(id, upTo: unwanted, at: nil) }
        return !events.isEmpty
    }

    private func fail(_ webhook: Webhook, _ failure: String) async throws {
        // What comes before an event that it did not take, and that it does not want, is read again: that costs little.
        try await fabric.store.notDelivered(webhook.id, failure, at: fabric.now())
        guard webhook.attempts + 1 == APILimits.webhookAttempts else { return }
        fabric.logger.error(
            "webhook \(webhook.id) did not take an event \(webhook.attempts + 1) times and is now tried every hour: \(failure)"
        )
    }
}
