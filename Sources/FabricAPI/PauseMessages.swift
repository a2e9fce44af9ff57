public import FabricModel

/// Convergence that somebody stopped: of the nodes of a tag, or of all.
///
/// A node is paused by its own tag.
public struct Pause: Hashable, Codable, Sendable {
    /// The tag whose nodes stay as they are; `nil` for every node.
    public var tag: TagName?
    /// The principal that stopped it.
    public var by: String
    /// Why.
    public var reason: String?
    /// Since when.
    public var since: Timestamp

    /// A pause from its parts.
    public init(tag: TagName?, by: String, reason: String?, since: Timestamp) {
        self.tag = tag
        self.by = by
        self.reason = reason
        self.since = since
    }
}

/// `POST /v1/pauses`: stops the convergence of nodes at once; steps that have begun end.
///
/// The answer is the ``Pause``; one that holds already stays as it is.
public struct PauseRequest: Codable, Sendable {
    /// The tag whose nodes are to stay as they are; without one every node.
    public var tag: TagName?
    /// Why.
    public var reason: String?

    /// A request from its parts.
    public init(tag: TagName?, reason: String? = nil) {
        self.tag = tag
        self.reason = reason
    }
}

/// `GET /v1/pauses`: all that hold, by tag; `DELETE /v1/pauses[?tag=TAG]` ends one, and what stopped in the tag by itself.
public struct PauseList: Codable, Sendable {
    /// The pauses, that of every node first.
    public var pauses: [Pause]
    /// What stopped by itself, by tag; `nil` for nothing.
    public var stops: [RolloutStop]?

    /// A list of pauses.
    public init(pauses: [Pause], stops: [RolloutStop]? = nil) {
        self.pauses = pauses
        self.stops = stops
    }
}
