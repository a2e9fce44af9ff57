public import FabricAPI
public import FabricModel

extension FabricClient {
    /// By whom the fabric's certificates are signed; whoever asks for the first time checks the answer by its fingerprint.
    public func authority() throws(ClientError) -> Authority {
        try ask(.get, RequestPath("v1", "authority"))
    }

    /// Asks for a node's certificate; `nil` while it waits to be accepted.
    public func enrol(_ enrolment: Enrolment) throws(ClientError) -> NodeCredentials? {
        let response = try succeed(.post, RequestPath("v1", "nodes"), encode(enrolment))
        return response.status == 202 ? nil : try decode(NodeCredentials.self, from: response)
    }

    /// Another certificate for a node, which asks with the one that it has.
    public func renew(_ renewal: Renewal, of node: NodeID) throws(ClientError) -> NodeCredentials {
        try ask(.post, RequestPath("v1", "nodes", node.text, "certificate"), renewal)
    }

    /// Who waits to be accepted, the longest first.
    public func candidates() throws(ClientError) -> [Candidate] {
        try ask(.get, RequestPath("v1", "candidates"), for: CandidateList.self).candidates
    }

    /// Lets a machine be a node, by the id and key that somebody has seen.
    public func accept(_ candidate: Candidate) throws(ClientError) {
        let path = RequestPath("v1", "candidates", candidate.id.text, "acceptance")
        try succeed(.post, path, encode(Acceptance(fingerprint: candidate.fingerprint)))
    }

    /// Turns a machine away that waits to be accepted.
    public func dismiss(_ candidate: Candidate) throws(ClientError) {
        try succeed(.delete, RequestPath("v1", "candidates", candidate.id.text))
    }

    /// Ends a node's certificates, from the next request on.
    public func revoke(_ node: String) throws(ClientError) {
        try succeed(.post, RequestPath("v1", "nodes", node, "revocation"))
    }

    /// All nodes by name.
    public func nodes() throws(ClientError) -> [NodeSummary] {
        try pages { (after: NodeName?) throws(ClientError) in
            let path = RequestPath("v1", "nodes").query("after", after)
            let page = try ask(.get, path, for: NodeList.self)
            return (page.nodes, page.next)
        }
    }

    /// A node by name, id or abbreviated id.
    public func node(_ reference: String) throws(ClientError) -> NodeSummary {
        try ask(.get, RequestPath("v1", "nodes", reference))
    }

    /// Replaces the ordered list of shared tags that a node includes.
    @discardableResult
    public func include(_ tags: [TagName], in node: String) throws(ClientError) -> NodeSummary {
        try ask(.put, RequestPath("v1", "nodes", node, "tags"), IncludeTags(tags: tags))
    }

    /// Every layer that could give a resource's value on a node, now or at an earlier moment.
    public func explanation(
        of key: ResourceKey,
        on node: String,
        at time: Timestamp? = nil
    ) throws(ClientError) -> Explanation {
        let path = RequestPath("v1", "nodes", node, "explanation").query("resource", key)
        return try ask(.get, path.query("at", time))
    }

    /// Uploads feedback commits of a node, oldest first, and returns those that the server now holds.
    public func upload(_ commits: [FeedbackCommit], of node: NodeID) throws(ClientError) -> [CommitID] {
        let path = RequestPath("v1", "nodes", node.text, "commits")
        return try ask(.post, path, CommitUpload(commits: commits), for: CommitReceipt.self).accepted
    }

    /// What a node should be, or what changed in it since an entity tag; `nil` when it still has that one.
    ///
    /// With `wait` the server may take that long for a change to come, at most `APILimits.longestWait` seconds.
    public func configuration(
        of node: NodeID,
        since: String? = nil,
        wait: Duration? = nil
    ) throws(ClientError) -> ConfigurationAnswer? {
        let seconds = wait.map { min(Int($0.components.seconds), APILimits.longestWait) }
        let path = RequestPath("v1", "nodes", node.text, "configuration")
            .query("since", since)
            .query("wait", seconds)
        let response = try succeed(.get, path, timeLimit: limits.request + .seconds(seconds ?? 0))
        return response.status == 304 ? nil : try decode(ConfigurationAnswer.self, from: response)
    }

    /// Compares what a node knows of the server's store with what that has.
    public func handshake(_ handshake: Handshake, of node: NodeID) throws(ClientError) -> HandshakeAnswer {
        try ask(.post, RequestPath("v1", "nodes", node.text, "handshake"), handshake)
    }

    /// What reviewers said of a node's changes, after a sequence, oldest first.
    public func decisions(of node: NodeID, after sequence: Int64) throws(ClientError) -> [Decision] {
        let path = RequestPath("v1", "nodes", node.text, "decisions").query("after", sequence)
        return try ask(.get, path, for: DecisionList.self).decisions
    }

    /// Asks for leave to converge to shared tags, or renews it.
    ///
    /// With `wait` the server may take that long for another answer than the one that is known, at most
    /// `APILimits.longestWait` seconds.
    public func takeSlots(
        _ request: SlotRequest,
        of node: NodeID,
        wait: Duration? = nil
    ) throws(ClientError) -> SlotAnswer {
        let seconds = wait.map { min(Int($0.components.seconds), APILimits.longestWait) }
        let path = RequestPath("v1", "nodes", node.text, "slots").query("wait", seconds)
        let limit = limits.request + .seconds(seconds ?? 0)
        return try decode(
            SlotAnswer.self,
            from: succeed(.put, path, encode(request), timeLimit: limit)
        )
    }

    /// Says how far a node is what its tags say.
    public func report(_ report: ConvergenceReport, of node: NodeID) throws(ClientError) {
        try succeed(.put, RequestPath("v1", "nodes", node.text, "convergence"), encode(report))
    }

    /// Gives back the leave to converge to shared tags, and says what came of it.
    public func report(_ report: SlotReport, of node: NodeID) throws(ClientError) {
        try succeed(.post, RequestPath("v1", "nodes", node.text, "slots"), encode(report))
    }
}
