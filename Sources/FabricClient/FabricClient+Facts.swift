public import FabricAPI
public import FabricModel

extension FabricClient {
    /// Says what this node is.
    public func report(_ report: FactReport, of node: NodeID) throws(ClientError) {
        try succeed(.put, RequestPath("v1", "nodes", node.text, "facts"), report.json)
    }

    /// What a node is, or was at a time; with a path only what that leads to.
    public func facts(
        of node: String,
        path: FactPath? = nil,
        at: Timestamp? = nil
    ) throws(ClientError) -> NodeFacts {
        let request = RequestPath("v1", "nodes", node, "facts").query("path", path).query("at", at)
        return try ask(.get, request)
    }

    /// The nodes of whose facts a query is true.
    public func find(_ query: String) throws(ClientError) -> [FactFindings.Node] {
        try pages { (after: NodeName?) throws(ClientError) in
            let path = RequestPath("v1", "facts", "find").query("query", query).query("after", after)
            let page = try ask(.get, path, for: FactFindings.self)
            return (page.nodes, page.next)
        }
    }
}
