public import FabricAPI
public import FabricModel

extension FabricClient {
    /// All tags by name, own tags too.
    public func tags() throws(ClientError) -> [TagSummary] {
        try pages { (after: TagName?) throws(ClientError) in
            let path = RequestPath("v1", "tags").query("after", after)
            let page = try ask(.get, path, for: TagList.self)
            return (page.tags, page.next)
        }
    }

    /// A tag with its entries.
    public func tag(_ name: TagName) throws(ClientError) -> TagDetail {
        try ask(.get, RequestPath("v1", "tags", name.text))
    }

    /// Makes an empty shared tag.
    @discardableResult
    public func createTag(_ name: TagName) throws(ClientError) -> TagSummary {
        try ask(.post, RequestPath("v1", "tags"), CreateTag(name: name))
    }

    /// Retires a shared tag that no node includes.
    public func deleteTag(_ name: TagName) throws(ClientError) {
        try succeed(.delete, RequestPath("v1", "tags", name.text))
    }

    /// Sets, unsets or makes absent; `nil` when the tag said all of it already.
    public func edit(_ name: TagName, _ edit: EditTag) throws(ClientError) -> Revision? {
        let response = try succeed(.post, RequestPath("v1", "tags", name.text, "revisions"), encode(edit))
        return response.body.isEmpty ? nil : try decode(Revision?.self, from: response)
    }

    /// Says what an edit would do, and to which nodes.
    public func plan(_ edit: EditTag, of name: TagName) throws(ClientError) -> EditPlan {
        var edit = edit
        edit.dryRun = true
        return try ask(.post, RequestPath("v1", "tags", name.text, "revisions"), edit)
    }

    /// A tag's revisions, newest first, below a number where one is given.
    public func revisions(
        of name: TagName,
        before number: Int64? = nil,
        limit: Int? = nil
    ) throws(ClientError) -> [Revision] {
        let path = RequestPath("v1", "tags", name.text, "revisions").query("before", number)
            .query("limit", limit)
        return try ask(.get, path, for: RevisionList.self).revisions
    }

    /// Puts back what a revision changed, or says what that would do.
    public func revert(
        _ revision: RevisionReference,
        _ reversal: Reversal = Reversal()
    ) throws(ClientError) -> ReversalResult {
        let path = RequestPath("v1", "tags", revision.tag.text, "revisions", "\(revision.number)", "reversal")
        return try ask(.post, path, reversal)
    }

    /// What a tag said of each resource at a revision.
    public func state(at revision: RevisionReference) throws(ClientError) -> TagState {
        try ask(
            .get,
            RequestPath("v1", "tags", revision.tag.text, "state").query("revision", revision.number)
        )
    }

    /// What a tag said of each resource at a moment.
    public func state(of tag: TagName, at time: Timestamp) throws(ClientError) -> TagState {
        try ask(.get, RequestPath("v1", "tags", tag.text, "state").query("at", time))
    }

    /// What a tag says otherwise at a revision than at another one of it, or than now.
    public func difference(
        from revision: RevisionReference,
        to number: Int64? = nil
    ) throws(ClientError) -> TagDifference {
        let path = RequestPath("v1", "tags", revision.tag.text, "difference").query("from", revision.number)
        return try ask(.get, path.query("to", number))
    }

    /// Has the server recompute the chain of a tag's revisions.
    public func verify(_ tag: TagName) throws(ClientError) -> TagVerification {
        let list = try ask(
            .get,
            RequestPath("v1", "verification").query("tag", tag),
            for: VerificationList.self
        )
        guard let verification = list.tags.first, verification.tag == tag else {
            throw ClientError(.unexpectedAnswer, tag.text, "the server answered about another tag")
        }
        return verification
    }

    /// Has the server recompute the chains of all tags, deleted ones too.
    public func verifications() throws(ClientError) -> [TagVerification] {
        try pages { (after: TagName?) throws(ClientError) in
            let path = RequestPath("v1", "verification").query("after", after)
            let page = try ask(.get, path, for: VerificationList.self)
            return (page.tags, page.next)
        }
    }

    /// Stops the convergence of a tag's nodes, or of every node.
    public func pause(_ tag: TagName?, reason: String? = nil) throws(ClientError) -> Pause {
        try ask(.post, RequestPath("v1", "pauses"), PauseRequest(tag: tag, reason: reason))
    }

    /// Lets the convergence of a tag's nodes, or of every node, go on.
    public func resume(_ tag: TagName?) throws(ClientError) {
        try succeed(.delete, RequestPath("v1", "pauses").query("tag", tag))
    }

    /// All pauses that hold, and what stopped by itself.
    public func pauses() throws(ClientError) -> PauseList {
        try ask(.get, RequestPath("v1", "pauses"))
    }

    /// Says how many nodes converge to a shared tag at a time.
    @discardableResult
    public func limit(_ tag: TagName, to atOnce: Int) throws(ClientError) -> TagSummary {
        try ask(.put, RequestPath("v1", "tags", tag.text, "limit"), TagLimit(atOnce: atOnce))
    }
}
