internal import FabricModel
internal import GRDB

/// Writes that neither a revision nor a decision tells of.
enum Audit {
    enum Action: String {
        case addToken = "add-token"
        case revokeToken = "revoke-token"
        case register
        case include
        case createTag = "create-tag"
        case deleteTag = "delete-tag"
        case pause
        case resume
        case limit
    }

    static func note(
        _ action: Action,
        _ subject: String,
        detail: String? = nil,
        by principal: String,
        at: Timestamp,
        in db: Database
    ) throws {
        try db.cachedStatement(
            sql: "INSERT INTO audit (at, principal, action, subject, detail) VALUES (?, ?, ?, ?, ?)"
        )
        .execute(arguments: [at.microseconds, principal, action.rawValue, subject, detail])
    }
}
