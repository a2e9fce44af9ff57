import FabricAPI
import FabricModel
import ServerStore
import Testing

/// What every engine behind `Store` has to do; a suite for an engine runs all cases, each on an empty store.
///
/// That is all that an engine needs: `@Test(arguments: StoreContract.all)` with a body that makes an empty store and
/// calls `check(Fabric(store: store))`. So nothing here knows how a store keeps what it keeps, nor what its entity tags
/// look like.
enum StoreContract {
    /// One behaviour.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let check: @Sendable (Fabric) async throws -> Void

        init(_ behaviour: String, _ check: @escaping @Sendable (Fabric) async throws -> Void) {
            testDescription = behaviour
            self.check = check
        }
    }

    static let all: [Case] =
        tokens + enrolment + certificates + candidates + nodes + contents + commits + queue
        + conflictsInTheQueue + approval + resolutions
        + approvalOfPackages
        + approvalOfAccounts + approvalOfServices + flags + promotion + rejection + rollBacks + tags + edits
        + reverts + verification + history + pauses + slots + convergence + facts + audit + redaction + feed
        + webhooks + figures
        + configurations
        + differences
        + concurrency + handshakes + retention
}

/// A store under test, with short ways to put something in it.
struct Fabric: Sendable {
    let store: any Store

    /// A moment that many seconds into the test.
    static func moment(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_790_000_000 + seconds) }

    @discardableResult
    func node(_ name: String) async throws -> NodeID {
        let id = NodeID.make(at: Self.moment(0))
        let token = ContentDigest.sha256("token of \(name)".utf8)
        try await store.register(
            RegisterNode(id: id, name: try NodeName(name)),
            Credential(sample: token),
            by: .token(try await admin()),
            at: Self.moment(0)
        )
        return id
    }

    /// The digest of a token that registers any node.
    func admin() async throws -> ContentDigest {
        let digest = ContentDigest.sha256("token of the admin".utf8)
        let principal = Principal(name: "root", role: .admin)
        try await store.addToken(digest: digest, principal: principal, at: Self.moment(0))
        return digest
    }

    @discardableResult
    func tag(_ name: String, includedBy nodes: NodeID...) async throws -> TagName {
        let tag = try TagName(name)
        try await store.createTag(tag, by: "alice", at: Self.moment(0))
        for node in nodes {
            let included = try await store.node(node.text).tags
            try await store.include(included + [tag], in: node, by: "alice", at: Self.moment(0))
        }
        return tag
    }

    @discardableResult
    func content(_ text: String, from node: NodeID?) async throws -> ContentDigest {
        let digest = ContentDigest.sha256(text.utf8)
        if let node {
            try await store.putContent(Array(text.utf8), digest: digest, from: node)
        } else {
            try await store.putContent(Array(text.utf8), digest: digest, by: "alice", at: Self.moment(0))
        }
        return digest
    }

    /// Uploads a commit, with the contents of its files.
    @discardableResult
    func commit(
        _ node: NodeID,
        _ sequence: Int64,
        _ changes: [Change],
        message: String = "a change"
    ) async throws -> FeedbackCommit {
        let commit = Self.commit(of: node, sequence, changes, message: message)
        for change in changes {
            for state in [change.before, change.after] {
                guard let digest = state.keptDigest, let text = Sample.text(of: digest) else { continue }
                try await content(text, from: node)
            }
        }
        _ = try await store.add([commit], from: node, at: Self.moment(100 + sequence))
        return commit
    }

    static func commit(
        of node: NodeID,
        _ sequence: Int64,
        _ changes: [Change],
        message: String = "a change"
    ) -> FeedbackCommit {
        FeedbackCommit(
            id: .make(at: moment(sequence)),
            node: node,
            sequence: sequence,
            author: Actor(tier: .inferred, name: "bob", session: "c4", evidence: "the only session"),
            message: message,
            at: moment(sequence),
            trigger: .logout,
            changes: changes
        )
    }

    /// Sets one entry, or unsets it.
    @discardableResult
    func set(
        _ tag: TagName,
        _ key: String,
        _ entry: Entry?,
        flags: EntryFlags? = nil,
        by author: String = "alice"
    ) async throws -> Revision? {
        if let digest = entry?.keptDigest, let text = Sample.text(of: digest) {
            try await content(text, from: nil)
        }
        let item = EditTag.Item(key: try ResourceKey(key), entry: entry, flags: flags)
        return try await store.edit(
            tag,
            EditTag(items: [item], message: "set \(key)"),
            by: author,
            at: Self.moment(500)
        )
    }

    @discardableResult
    func approve(
        _ commit: FeedbackCommit,
        _ changes: [Int]? = nil,
        into tag: TagName? = nil,
        flags: EntryFlags? = nil
    ) async throws -> ApprovalResult {
        try await store.approve(
            commit.id,
            Approval(into: tag, changes: changes, flags: flags),
            by: "alice",
            at: Self.moment(600)
        )
    }

    @discardableResult
    func revert(
        _ tag: TagName,
        _ number: Int64,
        _ reversal: Reversal = Reversal()
    ) async throws -> ReversalResult {
        let revision = RevisionReference(tag: tag, number: number)
        return try await store.revert(revision, reversal, by: "dave", at: Self.moment(900))
    }

    /// What the node's tags come to, by resource.
    func effective(_ node: NodeID) async throws -> [String: EffectiveConfiguration.Item] {
        let items = try await store.configuration(of: node).configuration.items
        return Dictionary(items.map { ($0.key.description, $0) }) { $1 }
    }

    @discardableResult
    func reject(
        _ commit: FeedbackCommit,
        _ changes: [Int]? = nil,
        _ remedy: Rejection.Remedy? = nil
    ) async throws -> RejectionResult {
        let rejection = Rejection(reason: "not here", changes: changes, remedy: remedy)
        return try await store.reject(commit.id, rejection, by: "alice", at: Self.moment(700))
    }

    func state(_ node: String) async throws -> NodeState {
        try await store.node(node).state
    }

    /// Has the node say that it is what its tags say now.
    func reportInSync(_ node: NodeID) async throws {
        let report = ConvergenceReport(configuration: try await etag(of: node), applies: true)
        try await store.report(report, from: node, at: Self.moment(800))
    }

    func etag(of node: NodeID) async throws -> String {
        try await store.configuration(of: node).etag
    }

    func entry(_ tag: TagName, _ key: String) async throws -> Entry? {
        let key = try ResourceKey(key)
        return try await store.tag(tag).entries.first { $0.key == key }?.entry
    }
}

extension Credential {
    /// A certificate of which there is only the digest; it ends after 30 days.
    init(sample digest: ContentDigest) {
        let key = ContentDigest.sha256("key of \(digest)".utf8)
        self.init(digest: digest, fingerprint: key.text, expires: Fabric.moment(30 * 86_400))
    }
}

/// Expects a refusal; the store's other errors and successes are failures of the test.
func expectRefusal(
    _ code: APIError.Code,
    subject: String? = nil,
    naming names: String...,
    at location: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async {
    do {
        try await body()
        Issue.record("was not refused as \(code.rawValue)", sourceLocation: location)
    } catch let error as APIError {
        #expect(error.code == code, "\(error)", sourceLocation: location)
        if let subject { #expect(error.subject == subject, sourceLocation: location) }
        for name in names {
            #expect(error.message.contains(name), "\(error.message)", sourceLocation: location)
        }
    } catch {
        Issue.record(error, sourceLocation: location)
    }
}
