public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Keeps a write that was refused; older refusals give way where there are too many, writes never.
    public func note(_ refusal: Refusal, at: Timestamp) async throws {
        try await writer.perform { db in try Audit.note(refusal, at: at, in: db) }
    }

    /// The audit log below an id, newest first.
    public func audit(
        _ filter: AuditFilter,
        before id: Int64?,
        limit: Int
    ) async throws -> [AuditEntry] {
        try await read { db in try Audit.page(filter, before: id, limit: limit, in: db) }
    }
}
