import FabricAPI
import FabricIdentity
import FabricModel
import Hummingbird
import Logging
import RecordingRules
import ServerStore

/// What the routes work on.
struct Fabric: Sendable {
    var store: any Store
    /// Signs the certificates of nodes.
    var authority: CertificateAuthority
    /// How long these are good for.
    ///
    /// *Units*: days.
    var certificateDays = 30
    var watch: ConfigurationWatch
    /// Whoever waits for the feed to go on.
    var feed = FeedWatch()
    /// Whoever waits for webhooks to come, go or be mended.
    var hooks = FeedWatch()
    /// How webhooks get what is sent to them.
    var sender: any WebhookSender = PostingSender()
    /// How long requests took.
    var times = RequestTimes()
    /// The nodes that wait for leave to converge.
    var slots = SlotQueue()
    /// How many refusals the audit log still takes.
    var refusals = RefusalBudget()
    /// What nobody may put into a tag in clear.
    var secrets: SecretRules
    var now: @Sendable () -> Timestamp
    var logger: Logger

    /// A node as the routes need it.
    struct Node: Sendable {
        var id: NodeID
        var name: NodeName
    }

    /// The node that the path names: by its id for itself; by name, id or abbreviation for people.
    ///
    /// - Throws: `unknownNode`, `ambiguousID`.
    func node(of call: Call) async throws -> Node {
        if let principal = call.principal, let id = principal.node {
            return Node(id: id, name: try NodeName(principal.name))
        }
        let summary = try await store.node(call.part("node"))
        return Node(id: summary.id, name: summary.name)
    }

    /// Refuses a text that is too long.
    ///
    /// - Throws: `invalidRequest`.
    static func check(_ text: String?, _ name: String, limit: Int) throws(APIError) {
        guard (text?.utf8.count ?? 0) <= limit else {
            throw APIError(.invalidRequest, "'\(name)' may have at most \(limit) bytes", subject: name)
        }
    }
}
