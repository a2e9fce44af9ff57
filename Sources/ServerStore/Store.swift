public import FabricAPI
public import FabricModel

/// What the server keeps: nodes, contents, commits, decisions, tags and their revisions.
///
/// The protocol speaks of the domain, not of a database, and its contract suite is what an engine has to pass. Every
/// call that writes returns when the write is durable; a call that throws has stored nothing. Refusals are `APIError`.
/// What people write is in the audit log as soon as it is stored, with the task's ``RequestOrigin``.
public protocol Store: Sendable {
    // MARK: Tokens

    /// Keeps a token by its digest, until it ends by itself where it does; one of role `enrol` may be for a known node,
    /// which it registers again.
    func addToken(
        digest: ContentDigest,
        principal: Principal,
        for node: NodeID?,
        expires: Timestamp?,
        at: Timestamp
    ) async throws
    /// The principal that the digest of a token or of a node's certificate stands for.
    ///
    /// - Returns: `nil` when there is none, or it has ended or was revoked.
    func principal(of credential: ContentDigest, at: Timestamp) async throws -> Principal?
    /// When a token or a node's certificate ends by itself, or did.
    ///
    /// - Returns: `nil` when it does not, is not known or was revoked.
    func end(of credential: ContentDigest) async throws -> Timestamp?
    /// All tokens, those of nodes and revoked ones too, oldest first.
    func tokens() async throws -> [TokenSummary]
    /// Ends a token, named by its name, its id or the beginning of that; one that has ended stays as it is.
    ///
    /// - Throws: `unknownToken`; `ambiguousID` when several that are good have the name.
    func revokeToken(_ reference: String, by principal: String, at: Timestamp) async throws -> TokenSummary

    // MARK: Nodes

    /// Makes a node known, with an empty own tag, by the leave of a token, which that uses up, or of somebody.
    ///
    /// The same node may repeat it with the same token for an hour, for the answer may have been lost. A known node is
    /// registered again by a token that was made for it, by an admin's, or by somebody who accepts it; its credentials
    /// up to then end.
    ///
    /// - Throws: `unauthenticated`, `tokenUsed`, `forbidden` for a token of another node; `alreadyRegistered`;
    ///   `nameTaken` when another id has the name.
    func register(
        _ node: RegisterNode,
        _ credential: Credential,
        by admission: Admission,
        at: Timestamp
    ) async throws
    /// Notes that a machine asks to be a node; whether somebody has accepted its key.
    func note(_ candidate: Candidate) async throws -> Bool
    /// Machines that wait to be accepted, the longest first.
    func candidates() async throws -> [Candidate]
    /// Accepts the key of a machine that waits.
    ///
    /// - Throws: `unknownNode` when no such machine waits; `conflict` when it asks with another key by now; `nameTaken`
    ///   when another node has its name; `invalidRequest` when it is known by another name.
    func accept(_ id: NodeID, fingerprint: String, by principal: String, at: Timestamp) async throws
    /// Turns a machine away that waits to be accepted.
    ///
    /// - Throws: `unknownNode` when no such machine waits.
    func dismiss(_ id: NodeID, by principal: String, at: Timestamp) async throws
    /// Adds a credential of a node, which has others that are good.
    ///
    /// - Throws: `unknownNode`.
    func addCredential(_ credential: Credential, of node: NodeID, at: Timestamp) async throws
    /// Ends all credentials of a node, named by its name, id or an id's abbreviation; whether it had any.
    ///
    /// - Throws: `unknownNode`, `ambiguousID`.
    @discardableResult
    func revokeNode(_ reference: String, by principal: String, at: Timestamp) async throws -> Bool
    /// Nodes by name, from the one after a name on.
    func nodes(after name: NodeName?, limit: Int) async throws -> [NodeSummary]
    /// A node by name, id or an id's abbreviation.
    ///
    /// - Throws: `unknownNode`, `ambiguousID`.
    func node(_ reference: String) async throws -> NodeSummary
    /// Notes that a node was heard of; need not be durable.
    func touch(_ node: NodeID, at: Timestamp) async throws
    /// Replaces the ordered list of included shared tags.
    ///
    /// - Throws: `unknownNode`; `unknownTag` for a tag that does not exist or is not shared.
    func include(_ tags: [TagName], in node: NodeID, by principal: String, at: Timestamp) async throws

    // MARK: Contents

    /// Those of the digests that are not held for the node.
    func missing(_ digests: [ContentDigest], for node: NodeID) async throws -> [ContentDigest]
    /// Keeps a content for the node that uploaded it.
    ///
    /// - Throws: `digestMismatch`, `unknownNode`.
    func putContent(_ content: [UInt8], digest: ContentDigest, from node: NodeID) async throws
    /// Keeps a content that a reviewer uploaded.
    ///
    /// - Throws: `digestMismatch`.
    func putContent(
        _ content: [UInt8],
        digest: ContentDigest,
        by principal: String,
        at: Timestamp
    ) async throws
    /// A content's bytes.
    ///
    /// - Throws: `unknownContent`, `contentRedacted`.
    func content(_ digest: ContentDigest) async throws -> [UInt8]
    /// Whether a node may read the content: it uploaded it, or it is in its effective configuration.
    func isContent(_ digest: ContentDigest, readableBy node: NodeID) async throws -> Bool

    /// Removes contents that were uploaded before a moment and that no commit and no revision names, and says how many;
    /// never one that history names.
    func removeUnusedContents(uploadedBefore moment: Timestamp) async throws -> Int
    /// Removes a content that should never have been stored, so that none of its bytes is left, and refuses it from then
    /// on, also after a restore; the history keeps its digest.
    func redact(
        _ digest: ContentDigest,
        reason: String?,
        by principal: String,
        at: Timestamp
    ) async throws -> RedactionOutcome
    /// Contents that were redacted and that a node has or may have had.
    ///
    /// - Throws: `unknownNode`.
    func redactions(for node: NodeID) async throws -> [ContentDigest]

    // MARK: Feedback commits

    /// Stores commits of one node; those that are there already, with equal changes, are accepted again and not doubled.
    ///
    /// - Throws: `unknownNode`; `missingContents` with the digests as subject; `commitMismatch`.
    func add(_ commits: [FeedbackCommit], from node: NodeID, at: Timestamp) async throws -> [CommitID]
    /// The same for commits that come with the JSON text of their changes, which then need not be written again.
    func add(_ commits: [ReceivedCommit], from node: NodeID, at: Timestamp) async throws -> [CommitID]
    /// Commits with undecided changes, oldest first, from the one after a commit on; of one node where one is given.
    ///
    /// - Throws: `unknownNode`; `unknownCommit` for a commit that never was.
    func queue(node: NodeID?, after commit: CommitID?, limit: Int) async throws -> [QueuedCommit]
    /// A commit by its id or an abbreviation.
    ///
    /// - Throws: `unknownCommit`, `ambiguousID`.
    func commit(_ reference: String) async throws -> CommitDetail
    /// Takes changes of a commit into a tag, all or none; checks the tag's entries in the same transaction, and drops
    /// entries of own tags that say what a shared tag then says.
    ///
    /// - Throws: `unknownCommit`, `unknownTag`, `unknownChange`, `alreadyDecided`, `conflict`, `secretContent`,
    ///   `contentNotKept`.
    func approve(
        _ commit: CommitID,
        _ approval: Approval,
        by principal: String,
        at: Timestamp
    ) async throws
        -> ApprovalResult
    /// The changes of a commit that cannot be taken into a tag as they are, of those that an approval names.
    ///
    /// - Throws: `unknownCommit`, `unknownTag`, `unknownChange`, `alreadyDecided`.
    func clashes(_ commit: CommitID, _ approval: Approval) async throws -> [Clash]
    /// Rejects changes of a commit; no tag changes by it.
    ///
    /// - Throws: `unknownCommit`, `unknownChange`, `alreadyDecided`; `contentNotKept` for a roll-back that would lose one.
    func reject(
        _ commit: CommitID,
        _ rejection: Rejection,
        by principal: String,
        at: Timestamp
    ) async throws
        -> RejectionResult
    /// The node's decisions above a sequence, oldest first.
    func decisions(for node: NodeID, after sequence: Int64) async throws -> [Decision]

    // MARK: Tags

    /// Tags by name, own tags too, from the one after a name on.
    func tags(after name: TagName?, limit: Int) async throws -> [TagSummary]
    /// A tag with its entries.
    ///
    /// - Throws: `unknownTag`.
    func tag(_ name: TagName) async throws -> TagDetail
    /// Makes an empty shared tag.
    ///
    /// - Throws: `nameTaken`; `invalidRequest` for the name of an own tag.
    func createTag(_ name: TagName, by principal: String, at: Timestamp) async throws
    /// Retires a shared tag; its revisions stay readable in the history.
    ///
    /// - Throws: `unknownTag`; `tagInUse` while nodes include it, naming them; `invalidRequest` for an own tag.
    func deleteTag(_ name: TagName, by principal: String, at: Timestamp) async throws
    /// Sets, unsets or makes absent; returns `nil` when the tag said all of it already.
    ///
    /// - Throws: `unknownTag`, `invalidRequest`, `unknownContent`, `secretContent`, `contentNotKept`.
    func edit(_ name: TagName, _ edit: EditTag, by principal: String, at: Timestamp) async throws -> Revision?
    /// Says what an edit would do, and to which nodes.
    ///
    /// - Throws: as `edit`.
    func plan(_ edit: EditTag, of name: TagName) async throws -> EditPlan
    /// The tag's revisions, newest first.
    ///
    /// - Throws: `unknownTag`.
    func revisions(of name: TagName, before number: Int64?, limit: Int) async throws -> [Revision]
    /// Puts back what a revision changed, or says what that would do; entries of own tags that were dropped with it come
    /// back.
    ///
    /// - Throws: `unknownTag`, `unknownRevision`; `unknownChange` for a resource that it did not change; `conflict` when a
    ///   later revision changed one of the resources again.
    func revert(
        _ revision: RevisionReference,
        _ reversal: Reversal,
        by principal: String,
        at: Timestamp
    ) async throws -> ReversalResult

    /// Recomputes the chain of a tag's revisions; of a deleted tag too.
    ///
    /// - Throws: `unknownTag`.
    func verify(_ name: TagName) async throws -> TagVerification
    /// Recomputes the chains of tags by name, deleted ones too, from the one after a name on.
    func verifications(after name: TagName?, limit: Int) async throws -> [TagVerification]

    /// What a tag said of each resource; of a deleted tag too.
    ///
    /// - Throws: `unknownTag`, `unknownRevision`.
    func state(of name: TagName, at point: HistoryPoint) async throws -> TagState
    /// What a tag says otherwise at one revision than at another; without `to` at the newest.
    ///
    /// - Throws: `unknownTag`, `unknownRevision`.
    func difference(of name: TagName, from: Int64, to: Int64?) async throws -> TagDifference

    // MARK: Pauses

    /// Stops the convergence of a tag's nodes, or of all; a pause that holds already stays as it is.
    ///
    /// - Throws: `unknownTag`.
    func pause(_ tag: TagName?, reason: String?, by principal: String, at: Timestamp) async throws -> Pause
    /// Lets the convergence of a tag's nodes, or of all, go on; `false` when it was not stopped.
    ///
    /// - Throws: `unknownTag`.
    func resume(_ tag: TagName?, by principal: String, at: Timestamp) async throws -> Bool
    /// All pauses that hold, that of every node first, then by tag.
    func pauses() async throws -> [Pause]

    // MARK: Slots

    /// Lets a node converge for a while to those of some shared tags that not too many others converge to, and where none
    /// failed.
    ///
    /// What is given provisionally is for ``FabricAPI/APILimits/provisionalLease`` seconds, and ends without being taken
    /// for a failure unless the node renews it.
    ///
    /// - Throws: `unknownNode`; `invalidRequest` for a tag that the node does not include.
    func takeSlots(
        _ tags: [TagName],
        for node: NodeID,
        of configuration: String,
        isProvisional: Bool,
        at: Timestamp
    ) async throws -> SlotDecision
    /// Ends a node's slots; those tags come back.
    ///
    /// - Throws: `unknownNode`.
    func releaseSlots(of node: NodeID) async throws -> [TagName]
    /// Ends a node's slots, and keeps which steps of shared tags failed there until they do not any more.
    ///
    /// - Throws: `unknownNode`.
    func report(_ report: SlotReport, from node: NodeID, at: Timestamp) async throws -> SlotOutcome
    /// Says how many nodes converge to a shared tag at a time.
    ///
    /// - Throws: `unknownTag`; `invalidRequest` for an own tag.
    func limit(_ tag: TagName, to atOnce: Int, by principal: String, at: Timestamp) async throws
    /// What stopped by itself, by tag; of each the oldest cause.
    func stops(at: Timestamp) async throws -> [RolloutStop]

    /// Keeps how far a node is what its tags say, in place of what it reported before.
    ///
    /// - Throws: `unknownNode`.
    func report(_ report: ConvergenceReport, from node: NodeID, at: Timestamp) async throws

    // MARK: Handshake

    /// Compares what a node knows of this store, which may since have been restored from a backup, with what it has.
    ///
    /// - Throws: `unknownNode`.
    func handshake(_ handshake: Handshake, from node: NodeID) async throws -> HandshakeAnswer

    // MARK: Audit

    /// Keeps a write that was refused; older refusals give way where there are too many, writes never.
    func note(_ refusal: Refusal, at: Timestamp) async throws
    /// The audit log below an id, newest first.
    func audit(_ filter: AuditFilter, before id: Int64?, limit: Int) async throws -> [AuditEntry]

    // MARK: Facts

    /// Keeps what a node found out about itself.
    ///
    /// With the digest of the last report it replaces that one; with another it begins a new row of the history.
    /// - Throws: `unknownNode`.
    func report(_ report: FactReport, from node: NodeID, at: Timestamp) async throws
    /// What a node is, or was at a time.
    ///
    /// - Throws: `unknownNode`; `unknownFacts` where it has reported none by then.
    func facts(of node: NodeID, at: Timestamp?) async throws -> NodeFacts
    /// What the nodes that have reported facts are now, by name, from the one after a name on.
    func facts(after name: NodeName?, limit: Int) async throws -> [NodeFacts]
    /// The nodes of whose facts a query is true now, by name, from the one after a name on.
    func find(_ query: FactQuery, after name: NodeName?, limit: Int) async throws -> [FactFindings.Node]

    // MARK: Feed

    /// What happened after a cursor, oldest first, in an order that never changes; without one from the beginning.
    ///
    /// - Throws: `unknownCursor`; `invalidRequest` for what is no cursor.
    func events(after cursor: String?, limit: Int) async throws -> [FabricEvent]
    /// The cursor of what happened last; `nil` where nothing has.
    func newestCursor() async throws -> String?

    // MARK: Webhooks

    /// Keeps an address to which is sent what happens from now on.
    ///
    /// - Throws: `invalidRequest` where there are too many.
    func addWebhook(
        _ request: AddWebhook,
        secret: [UInt8],
        by principal: String,
        at: Timestamp
    ) async throws -> Webhook
    /// All webhooks, oldest first.
    func webhooks() async throws -> [Webhook]
    /// What is needed to send a webhook its next event.
    ///
    /// - Throws: `unknownWebhook`.
    func webhookTask(_ id: Int64) async throws -> WebhookTask
    /// Ends a webhook; its number is never given again.
    ///
    /// - Throws: `unknownWebhook`.
    func removeWebhook(_ id: Int64, by principal: String, at: Timestamp) async throws
    /// Keeps that a webhook took the feed up to a cursor, or that it did not want it, without a moment.
    func delivered(_ id: Int64, upTo cursor: String, at: Timestamp?) async throws
    /// Keeps that a webhook did not take its next event; without a reason, that it is to be tried again at once.
    func notDelivered(_ id: Int64, _ failure: String?, at: Timestamp) async throws

    // MARK: Figures

    /// How much the store holds; where nodes stand is what the feed says of them.
    func figures() async throws -> StoreFigures

    // MARK: Effective configuration

    /// What a node should be, with an entity tag that changes when it or the node's decisions do.
    ///
    /// - Throws: `unknownNode`.
    func configuration(of node: NodeID) async throws -> NodeConfiguration
    /// How what a node should be differs from what had an entity tag; the whole where that cannot be told.
    ///
    /// - Throws: `unknownNode`.
    func configuration(of node: NodeID, since etag: String) async throws -> ConfigurationDifference
    /// A number that grows with every change of any tag, inclusion or decision: cheap to compare.
    func generation() async throws -> Int64
    /// Every layer that could give the value, now or at an earlier moment.
    ///
    /// - Throws: `unknownNode`, also where it was not registered yet at that moment.
    func explain(_ key: ResourceKey, on node: NodeID, at time: Timestamp?) async throws -> Explanation
}

extension Store {
    /// Keeps a token by its digest; of role `enrol` for a known node.
    public func addToken(
        digest: ContentDigest,
        principal: Principal,
        for node: NodeID? = nil,
        at: Timestamp
    ) async throws {
        try await addToken(digest: digest, principal: principal, for: node, expires: nil, at: at)
    }

    /// Every layer that could give the value now.
    ///
    /// - Throws: `unknownNode`.
    public func explain(_ key: ResourceKey, on node: NodeID) async throws -> Explanation {
        try await explain(key, on: node, at: nil)
    }

    /// All nodes by name.
    public func nodes() async throws -> [NodeSummary] {
        try await nodes(after: nil, limit: .max)
    }

    /// All commits with undecided changes, oldest first; of one node where one is given.
    ///
    /// - Throws: `unknownNode`.
    public func queue(node: NodeID?) async throws -> [QueuedCommit] {
        try await queue(node: node, after: nil, limit: .max)
    }

    /// All tags by name, own tags too.
    public func tags() async throws -> [TagSummary] {
        try await tags(after: nil, limit: .max)
    }
}
