public import FabricModel

/// `PUT /v1/nodes/{node}/slots?wait=SECONDS`: asks for leave to converge to shared tags; the answer is a ``SlotAnswer``.
///
/// Of several tags those slots are given that can be. A node that has some renews them so, whatever happened meanwhile;
/// those that it does not name any more it gives back.
public struct SlotRequest: Hashable, Codable, Sendable {
    /// Why a node has no slot of a tag.
    public enum State: String, Codable, CaseIterable, Sendable {
        case waiting
        case stopped
    }

    /// The shared tags from which steps of the node's plan come.
    public var tags: [TagName]
    /// The entity tag of the configuration that the node converges to.
    public var configuration: String
    /// How it stands with each of the tags, in their order, as the node was told: the server waits as long as its answer
    /// would still be that, at most ``APILimits/longestWait`` seconds.
    public var known: [State]?

    /// A request from its parts.
    public init(tags: [TagName], configuration: String, known: [State]? = nil) {
        self.tags = tags
        self.configuration = configuration
        self.known = known
    }
}

/// Whether a node may converge to shared tags now.
///
/// *Shape*: an object with one key, such as `{"granted":{"seconds":300,"tags":["web"],"withheld":[]}}`.
public enum SlotAnswer: Hashable, Codable, Sendable {
    /// It may converge to these tags, for so long; then it has to have renewed the slots or reported. What stands against
    /// the others.
    case granted(tags: [TagName], seconds: Int, withheld: [SlotObstacle] = [])
    /// To none of the tags, and what stands against each.
    case withheld(by: [SlotObstacle])
    /// The node's configuration is another by now, and on its way.
    case outdated
}

/// Why a node may not converge to a tag now.
///
/// *Shape*: an object with one key, such as `{"waiting":{"holders":["web1"],"seconds":300,"tag":"web"}}`.
public enum SlotObstacle: Hashable, Codable, Sendable {
    /// As many nodes as may do so converge to it; the server expects one of them to be over that after so long.
    case waiting(tag: TagName, holders: [NodeName], seconds: Int)
    /// A step failed on another node, and nobody has decided what is to become of the rest.
    case stopped(by: RolloutStop)

    /// The tag that it is about.
    public var tag: TagName {
        switch self {
        case .waiting(let tag, _, _): tag
        case .stopped(let stop): stop.tag
        }
    }

    /// As a node says that it knows of it.
    public var state: SlotRequest.State {
        switch self {
        case .waiting: .waiting
        case .stopped: .stopped
        }
    }
}

/// `POST /v1/nodes/{node}/slots`: gives the slots back and says what came of it; answered with nothing.
public struct SlotReport: Hashable, Codable, Sendable {
    /// A step that failed.
    public struct Failure: Hashable, Codable, Sendable {
        /// The resource that is not what its entry wants.
        public var key: ResourceKey
        /// What set the entry.
        public var revision: RevisionReference
        /// Why.
        public var message: String

        /// A failure from its parts.
        public init(key: ResourceKey, revision: RevisionReference, message: String) {
            self.key = key
            self.revision = revision
            self.message = message
        }
    }

    /// All steps of shared tags that failed and still do, at most ``APILimits/failuresPerReport``; none means done.
    public var failed: [Failure]
    /// Tags to which the node still waits to converge: what failed there before stays so.
    public var withheld: [TagName]?

    /// A report from its parts.
    public init(failed: [Failure], withheld: [TagName]? = nil) {
        self.failed = failed
        self.withheld = withheld
    }
}

/// Why no other node converges to a shared tag: a step failed on one, and nobody has decided yet.
///
/// `weft resume TAG` ends it, another entry for the resource, and the node itself when it comes through after all.
public struct RolloutStop: Hashable, Codable, Sendable {
    /// The tag whose other nodes stay as they are.
    public var tag: TagName
    /// Where it failed.
    public var node: NodeName
    /// The resource; `nil` where the node did not report back in time.
    public var key: ResourceKey?
    /// That set the entry; without a resource, of the tag when the node began.
    public var revision: Int64
    /// Why.
    public var message: String
    /// Since when.
    public var since: Timestamp

    /// A stop from its parts.
    public init(
        tag: TagName,
        node: NodeName,
        key: ResourceKey?,
        revision: Int64,
        message: String,
        since: Timestamp
    ) {
        self.tag = tag
        self.node = node
        self.key = key
        self.revision = revision
        self.message = message
        self.since = since
    }
}

/// `PUT /v1/tags/{tag}/limit`: how many nodes converge to a shared tag at a time; the answer is its ``TagSummary``.
public struct TagLimit: Hashable, Codable, Sendable {
    /// How many, in ``APILimits/atOnce``.
    public var atOnce: Int

    /// A limit from its number.
    public init(atOnce: Int) {
        self.atOnce = atOnce
    }
}
