internal import FabricAPI
internal import FabricModel
internal import GRDB

/// The rows of `audit`: every write, in the transaction that does it, and refusals, as far as there is room for them.
enum Audit {
    enum Action: String {
        case addToken = "add-token"
        case revokeToken = "revoke-token"
        case register
        case accept
        case dismiss
        case renew
        case revokeNode = "revoke-node"
        case include
        case createTag = "create-tag"
        case deleteTag = "delete-tag"
        case limit
        case edit
        case revert
        case approve
        case reject
        case putContent = "put-content"
        case redact
        case pause
        case resume
        case addWebhook = "add-webhook"
        case removeWebhook = "remove-webhook"
        case backUp = "back-up"
        case restore
    }

    /// So many refusals are kept, about 30 MB; older ones give way, so that nobody fills the disk with them.
    static let keptRefusals = 100_000
    /// So many are removed at a time.
    private static let step = 1_000

    static func note(
        _ action: Action,
        _ subject: String,
        detail: String? = nil,
        by principal: String,
        at: Timestamp,
        in db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql:
                "INSERT INTO audit (at, principal, address, action, subject, detail) VALUES (?, ?, ?, ?, ?, ?)"
        )
        try statement.execute(arguments: [
            at.microseconds, principal, RequestOrigin.address, action.rawValue, subject, detail,
        ])
    }

    /// Keeps a refusal, in place of the oldest ones where there are too many.
    static func note(
        _ refusal: Refusal,
        at: Timestamp,
        keeping most: Int = keptRefusals,
        in db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO audit (at, principal, address, action, subject, detail, outcome, omitted)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        .execute(arguments: [
            at.microseconds, refusal.principal ?? "", RequestOrigin.address, refusal.action, refusal.subject,
            refusal.detail, refusal.code.rawValue, refusal.omitted == 0 ? nil : refusal.omitted,
        ])
        guard db.lastInsertedRowID % Int64(min(step, most)) == 0 else { return }
        try db.execute(
            sql: """
                DELETE FROM audit WHERE outcome <> 'done' AND id <= (
                    SELECT id FROM audit WHERE outcome <> 'done' ORDER BY id DESC LIMIT 1 OFFSET ?)
                """,
            arguments: [most]
        )
    }

    /// Entries below an id, newest first.
    static func page(
        _ filter: AuditFilter,
        before id: Int64?,
        limit: Int,
        in db: Database
    ) throws -> [AuditEntry] {
        var conditions = ["id < ?"]
        var arguments: StatementArguments = [id ?? .max]
        for (column, value) in [
            ("principal", filter.principal), ("action", filter.action), ("subject", filter.subject),
        ] {
            guard let value else { continue }
            conditions.append("\(column) = ?")
            arguments += [value]
        }
        if let since = filter.since {
            conditions.append("at >= ?")
            arguments += [since.microseconds]
        }
        let statement = try db.cachedStatement(
            sql: """
                SELECT id, at, principal, address, action, subject, detail, outcome, omitted FROM audit
                WHERE \(conditions.joined(separator: " AND ")) ORDER BY id DESC LIMIT ?
                """
        )
        return try Row.fetchAll(statement, arguments: arguments + [max(0, limit)])
            .map { row in
                let principal: String = row[2]
                return AuditEntry(
                    id: row[0],
                    at: Timestamp(microseconds: row[1]),
                    principal: principal.isEmpty ? nil : principal,
                    address: row[3],
                    action: row[4],
                    subject: row[5],
                    detail: row[6],
                    outcome: row[7],
                    omitted: row[8]
                )
            }
    }
}
