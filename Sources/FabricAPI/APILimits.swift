/// Limits that both ends know.
public enum APILimits {
    /// Bytes of a JSON body.
    public static let jsonBody = 32 << 20
    /// Bytes of an uploaded content, before compression.
    public static let content = 16 << 20
    /// Digests in one inquiry.
    public static let digestsPerInquiry = 4096
    /// Commits in one upload.
    public static let commitsPerUpload = 256
    /// Changes in one commit; a node splits a larger batch.
    public static let changesPerCommit = 10_000
    /// Bytes of a node's report of its facts.
    public static let facts = 4 << 20
    /// Facts of one node in an answer to a query.
    public static let factsPerFinding = 20
    /// Bytes of a query.
    public static let factQuery = 4096
    /// Seconds that a long poll may wait.
    public static let longestWait = 300
    /// Revisions in one answer.
    public static let revisionsPerPage = 500
    /// Tags whose chains one answer verifies.
    public static let verificationsPerPage = 50
    /// Nodes, tags or queued commits in one answer.
    public static let rowsPerPage = 500
    /// Bytes of a text about a node, such as its operating system's name.
    public static let description = 1024
    /// Addresses to which the server sends what happens.
    public static let webhooks = 32
    /// How often a webhook may fail to take an event before it counts as failing.
    public static let webhookAttempts = 12
    /// Bytes of a message or reason.
    public static let message = 16 << 10
    /// How many nodes may be let converge to a shared tag at a time.
    public static let atOnce = 1...10_000
    /// How many are where nobody said otherwise.
    public static let defaultAtOnce = 10
    /// Seconds for which a slot is given.
    public static let slotLease = 300
    /// Seconds within which a node renews a slot that it has waited for.
    public static let provisionalLease = 15
    /// Tags in one request for slots.
    public static let tagsPerSlotRequest = 1000
    /// Tags in one handshake.
    public static let tagsPerHandshake = 1000
    /// Gaps between a node's commits in the answer to a handshake.
    public static let gapsPerHandshake = 200
    /// Failed steps in one report.
    public static let failuresPerReport = 100
    /// Failed steps of a node that its report of how far it has converged names.
    public static let failuresShown = 10
}
