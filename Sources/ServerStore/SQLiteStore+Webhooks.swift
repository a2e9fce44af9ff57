public import FabricAPI
public import FabricModel
internal import Foundation
internal import GRDB

extension SQLiteStore {
    /// Keeps an address to which is sent what happens from now on.
    ///
    /// - Throws: `invalidRequest` where there are too many.
    public func addWebhook(
        _ request: AddWebhook,
        secret: [UInt8],
        by principal: String,
        at: Timestamp
    ) async throws -> Webhook {
        try await writer.perform { db in
            guard try Int.fetchOne(db, sql: "SELECT count(*) FROM webhooks") ?? 0 < APILimits.webhooks else {
                throw APIError(
                    .invalidRequest,
                    "there may be \(APILimits.webhooks) webhooks; remove one first"
                )
            }
            let kinds = request.events.map { $0.map(\.rawValue).joined(separator: " ") }
            try db.execute(
                sql: """
                    INSERT INTO webhooks (url, events, secret, principal, added_at, delivered)
                    VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(id), 0) FROM events))
                    """,
                arguments: [request.url, kinds, Data(secret), principal, at.microseconds]
            )
            let id = db.lastInsertedRowID
            try Audit.note(.addWebhook, "\(id)", detail: request.url, by: principal, at: at, in: db)
            return try WebhookRow.existing(id, in: db).webhook
        }
    }

    /// All webhooks, oldest first.
    public func webhooks() async throws -> [Webhook] {
        try await read { db in try WebhookRow.all(in: db).map(\.webhook) }
    }

    /// What is needed to send a webhook its next event.
    ///
    /// - Throws: `unknownWebhook`.
    public func webhookTask(_ id: Int64) async throws -> WebhookTask {
        try await read { db in
            let row = try WebhookRow.existing(id, in: db)
            let at = try Int64.fetchOne(
                db,
                sql: "SELECT at FROM events WHERE id = ?",
                arguments: [row.delivered]
            )
            let cursor = at.map { EventCursor(id: row.delivered, at: Timestamp(microseconds: $0)).text }
            return WebhookTask(webhook: row.webhook, secret: row.secret, cursor: cursor)
        }
    }

    /// Ends a webhook.
    ///
    /// - Throws: `unknownWebhook`.
    public func removeWebhook(_ id: Int64, by principal: String, at: Timestamp) async throws {
        try await writer.perform { db in
            let url = try WebhookRow.existing(id, in: db).webhook.url
            try db.execute(sql: "DELETE FROM webhooks WHERE id = ?", arguments: [id])
            try Audit.note(.removeWebhook, "\(id)", detail: url, by: principal, at: at, in: db)
        }
    }

    /// Keeps that a webhook took the feed up to a cursor, or that it did not want it, without a moment.
    public func delivered(_ id: Int64, upTo cursor: String, at: Timestamp?) async throws {
        let cursor = try EventCursor(cursor)
        try await writer.perform { db in
            try db.execute(
                sql: """
                    UPDATE webhooks SET delivered = ?, delivered_at = coalesce(?, delivered_at), attempts = 0,
                        failure = NULL, failed_at = NULL WHERE id = ?
                    """,
                arguments: [cursor.id, at?.microseconds, id]
            )
        }
    }

    /// Keeps that a webhook did not take its next event; without a reason, that it is to be tried again at once.
    public func notDelivered(_ id: Int64, _ failure: String?, at: Timestamp) async throws {
        try await writer.perform { db in
            try db.execute(
                sql: """
                    UPDATE webhooks SET attempts = iif(?1 IS NULL, 0, attempts + 1), failure = ?1,
                        failed_at = iif(?1 IS NULL, NULL, ?2) WHERE id = ?3
                    """,
                arguments: [failure, at.microseconds, id]
            )
        }
    }
}

/// The rows of `webhooks`.
struct WebhookRow {
    var webhook: Webhook
    var secret: [UInt8]
    /// The number of the last event that it took or did not want.
    var delivered: Int64

    static func all(in db: Database) throws -> [WebhookRow] {
        try Row.fetchAll(db, sql: select + " ORDER BY id").map(WebhookRow.init)
    }

    static func existing(_ id: Int64, in db: Database) throws -> WebhookRow {
        guard let row = try Row.fetchOne(db, sql: select + " WHERE id = ?", arguments: [id]) else {
            throw APIError(
                .unknownWebhook,
                "there is no such webhook; 'weft webhook list' shows all",
                subject: "\(id)"
            )
        }
        return WebhookRow(row)
    }

    private static let select = """
        SELECT id, url, events, principal, added_at, delivered_at, attempts, failure, failed_at, secret, delivered
        FROM webhooks
        """

    private init(_ row: Row) {
        let kinds: String? = row[2]
        let (deliveredAt, failedAt): (Int64?, Int64?) = (row[5], row[8])
        let secret: Data = row[9]
        webhook = Webhook(
            id: row[0],
            url: row[1],
            events: kinds.map { $0.split(separator: " ").map { FabricEvent.Kind(rawValue: String($0)) } },
            by: row[3],
            addedAt: Timestamp(microseconds: row[4]),
            deliveredAt: deliveredAt.map(Timestamp.init(microseconds:)),
            attempts: row[6],
            failure: row[7],
            failedAt: failedAt.map(Timestamp.init(microseconds:))
        )
        self.secret = Array(secret)
        delivered = row[10]
    }
}
