public import FabricAPI

/// What is needed to send a webhook its next event.
public struct WebhookTask: Sendable {
    /// The webhook.
    public var webhook: Webhook
    /// The key of its signatures.
    public var secret: [UInt8]
    /// The last event that it took, or does not want; `nil` for the beginning of the feed.
    public var cursor: String?

    /// A task from its parts.
    public init(webhook: Webhook, secret: [UInt8], cursor: String?) {
        self.webhook = webhook
        self.secret = secret
        self.cursor = cursor
    }
}
