public import FabricAPI

extension FabricClient {
    /// Has the server send what happens to an address.
    public func addWebhook(_ request: AddWebhook) throws(ClientError) -> NewWebhook {
        try ask(.post, RequestPath("v1", "webhooks"), request)
    }

    /// All webhooks, oldest first.
    public func webhooks() throws(ClientError) -> [Webhook] {
        try ask(.get, RequestPath("v1", "webhooks"), for: WebhookList.self).webhooks
    }

    /// Ends a webhook.
    public func removeWebhook(_ id: Int64) throws(ClientError) {
        try succeed(.delete, RequestPath("v1", "webhooks", "\(id)"))
    }

    /// Has the server send a test event.
    public func testWebhook(_ id: Int64) throws(ClientError) -> WebhookTest {
        try ask(.post, RequestPath("v1", "webhooks", "\(id)", "test"))
    }
}
