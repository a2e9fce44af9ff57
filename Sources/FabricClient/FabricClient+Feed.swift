public import FabricAPI

extension FabricClient {
    /// What happened in the fabric after a cursor, oldest first; without one from the beginning.
    ///
    /// Where nothing has happened since, the server waits that many seconds for it.
    public func changes(
        after cursor: String? = nil,
        limit: Int? = nil,
        wait: Int? = nil
    ) throws(ClientError) -> EventList {
        let path = RequestPath("v1", "changes").query("after", cursor).query("limit", limit)
            .query("wait", wait)
        let response = try succeed(.get, path, timeLimit: limits.request + .seconds(wait ?? 0))
        return try decode(EventList.self, from: response)
    }
}
