public import FabricModel

/// `POST /v1/webhooks`: has the server send what happens to an address; the answer is a ``NewWebhook``.
public struct AddWebhook: Codable, Sendable {
    /// Where to: `https://…`, or `http://` on the server's own machine.
    public var url: String
    /// Only events of these kinds; `nil` for all.
    public var events: [FabricEvent.Kind]?

    /// A request from its parts.
    public init(url: String, events: [FabricEvent.Kind]? = nil) {
        self.url = url
        self.events = events
    }
}

/// An address to which the server sends what happens, from when it was added on.
///
/// Each event is one POST with a ``FabricEvent`` as its JSON body, in the order of the feed: the next one is sent when
/// the last one was answered with a status of 200 to 299, and one may come twice. Headers are those of Standard Webhooks:
/// `webhook-id` (the event's cursor), `webhook-timestamp` (seconds) and `webhook-signature`, which is `v1,` and the base64
/// HMAC-SHA256 of `ID.TIMESTAMP.BODY` with the bytes that the secret after `whsec_` is the base64 of.
///
/// *Source*: https://www.standardwebhooks.com
public struct Webhook: Hashable, Codable, Sendable {
    /// Counts up, and is never given again.
    public var id: Int64
    /// Where to.
    public var url: String
    /// Only events of these kinds; `nil` for all.
    public var events: [FabricEvent.Kind]?
    /// Who added it.
    public var by: String
    /// When.
    public var addedAt: Timestamp
    /// When it took an event last.
    public var deliveredAt: Timestamp?
    /// How often the next event was sent in vain.
    public var attempts: Int
    /// Why it was not taken the last time.
    public var failure: String?
    /// When that was.
    public var failedAt: Timestamp?
    /// Whether it failed so often that it is tried only now and then.
    public var isFailing: Bool

    /// A webhook from its parts.
    public init(
        id: Int64,
        url: String,
        events: [FabricEvent.Kind]?,
        by: String,
        addedAt: Timestamp,
        deliveredAt: Timestamp? = nil,
        attempts: Int = 0,
        failure: String? = nil,
        failedAt: Timestamp? = nil
    ) {
        self.id = id
        self.url = url
        self.events = events
        self.by = by
        self.addedAt = addedAt
        self.deliveredAt = deliveredAt
        self.attempts = attempts
        self.failure = failure
        self.failedAt = failedAt
        isFailing = attempts >= APILimits.webhookAttempts
    }
}

/// A webhook that was added, with the secret of its signatures, which is shown this once.
public struct NewWebhook: Codable, Sendable {
    /// The webhook.
    public var webhook: Webhook
    /// `whsec_` and base64.
    public var secret: String

    /// A new webhook from its parts.
    public init(webhook: Webhook, secret: String) {
        self.webhook = webhook
        self.secret = secret
    }
}

/// `GET /v1/webhooks`: all of them, oldest first.
public struct WebhookList: Codable, Sendable {
    /// The webhooks, oldest first.
    public var webhooks: [Webhook]

    /// A list of webhooks.
    public init(webhooks: [Webhook]) {
        self.webhooks = webhooks
    }
}

/// The answer to `POST /v1/webhooks/{webhook}/test`, which sends an event of kind `test` that is not in the feed.
public struct WebhookTest: Codable, Sendable {
    /// Why it was not taken; `nil` where it was.
    public var failure: String?

    /// A result of a test.
    public init(failure: String? = nil) {
        self.failure = failure
    }
}
