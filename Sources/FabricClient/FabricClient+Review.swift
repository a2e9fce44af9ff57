public import FabricAPI
public import FabricModel

extension FabricClient {
    /// Commits with undecided changes, oldest first; of one node where one is given.
    public func queue(node: String? = nil) throws(ClientError) -> [QueuedCommit] {
        try pages { (after: CommitID?) throws(ClientError) in
            let page = try queue(node: node, after: after)
            return (page.commits, page.next)
        }
    }

    /// One page of the commits with undecided changes, oldest first, from the one after a commit on.
    public func queue(
        node: String? = nil,
        after commit: CommitID?,
        limit: Int? = nil
    ) throws(ClientError) -> Queue {
        let path = RequestPath("v1", "queue").query("node", node).query("after", commit)
            .query("limit", limit)
        return try ask(.get, path)
    }

    /// A feedback commit by its id or an abbreviation.
    public func commit(_ reference: String) throws(ClientError) -> CommitDetail {
        try ask(.get, RequestPath("v1", "commits", reference))
    }

    /// Takes changes of a commit into a tag, all or none.
    public func approve(_ commit: String, _ approval: Approval) throws(ClientError) -> ApprovalResult {
        try ask(.post, RequestPath("v1", "commits", commit, "approval"), approval)
    }

    /// The undecided changes of a commit that clash with what a tag says; without a tag, the own one of the node.
    public func clashes(_ commit: String, into tag: TagName?) throws(ClientError) -> [Clash] {
        let path = RequestPath("v1", "commits", commit, "clashes").query("into", tag)
        return try ask(.get, path, for: ClashList.self).clashes
    }

    /// Leaves changes of a commit out.
    public func reject(_ commit: String, _ rejection: Rejection) throws(ClientError) -> RejectionResult {
        try ask(.post, RequestPath("v1", "commits", commit, "rejection"), rejection)
    }

    /// Who the token stands for.
    public func whoami() throws(ClientError) -> Principal {
        try ask(.get, RequestPath("v1", "whoami"))
    }

    /// Returns when the server says that it works; needs no token.
    public func health() throws(ClientError) {
        try succeed(.get, RequestPath("healthz"))
    }
}
