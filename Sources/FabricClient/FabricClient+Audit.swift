public import FabricAPI
public import FabricModel

extension FabricClient {
    /// One page of the audit log, newest first, below an id where one is given.
    public func audit(
        _ filter: AuditFilter = AuditFilter(),
        before id: Int64? = nil,
        limit: Int? = nil
    ) throws(ClientError) -> AuditList {
        let path = RequestPath("v1", "audit").query("principal", filter.principal)
            .query("action", filter.action).query("subject", filter.subject).query("since", filter.since)
            .query("before", id).query("limit", limit)
        return try ask(.get, path)
    }
}
