public import FabricModel

/// `PUT /v1/nodes/{node}/facts`: what a node found out about itself.
///
/// A node sends it when the digest changed, and once a day for what changes by itself.
public struct FactReport: Hashable, Codable, Sendable {
    /// Facts under ohai's names.
    public var facts: FactValue
    /// Of what does not change by itself; another one begins a new row of the history.
    public var digest: ContentDigest

    /// A report with the digest that goes with it.
    public init(facts: FactValue) {
        self.facts = facts
        digest = facts.stableDigest
    }

    /// Reads a report's JSON text, quicker than a decoder of any type can.
    ///
    /// - Throws: `ModelError` with code `invalidFacts` or `invalidDigest`.
    public init(json: some Collection<UInt8>) throws(ModelError) {
        let value = try FactValue(json: json)
        guard let facts = value["facts"], case .table = facts, let digest = value["digest"]?.text else {
            throw ModelError(.invalidFacts, "facts", "a report has 'facts', an object, and their 'digest'")
        }
        self.facts = facts
        self.digest = try ContentDigest(digest)
    }

    /// The report's JSON text.
    public var json: [UInt8] {
        FactValue.table(["facts": facts, "digest": .text(digest.text)]).canonicalJSON
    }
}

/// `GET /v1/nodes/{node}/facts?path=PATH&at=TIME`: what a node is, or was at a time.
///
/// With a ``FactPath``, `facts` holds only what it leads to, each below its names.
public struct NodeFacts: Hashable, Codable, Sendable {
    /// The node's name.
    public var node: NodeName
    /// When facts with this digest were reported first.
    public var at: Timestamp
    /// When they were last; those that change by themselves are of then.
    public var seenAt: Timestamp
    /// Of what does not change by itself.
    public var digest: ContentDigest
    /// Facts under ohai's names.
    public var facts: FactValue

    /// Facts from their parts.
    public init(node: NodeName, at: Timestamp, seenAt: Timestamp, digest: ContentDigest, facts: FactValue) {
        self.node = node
        self.at = at
        self.seenAt = seenAt
        self.digest = digest
        self.facts = facts
    }

    /// The same with only what a path leads to.
    public func below(_ path: FactPath) -> NodeFacts {
        var part = self
        part.facts = [:]
        for found in path.values(in: facts) {
            // Items of lists are told by their number, as the others are not there.
            part.facts = part.facts.merging(found.names.reversed().reduce(found.value) { .table([$1: $0]) })
        }
        return part
    }

    /// The JSON text.
    public var json: [UInt8] {
        FactValue.table([
            "node": .text(node.text), "at": .text(at.description), "seenAt": .text(seenAt.description),
            "digest": .text(digest.text), "facts": facts,
        ])
        .canonicalJSON
    }
}

/// `GET /v1/facts/find?query=QUERY&after=NODE&limit=N`: the nodes of which a ``FactQuery`` is true, by name.
public struct FactFindings: Hashable, Codable, Sendable {
    /// A fact that makes the node an answer.
    public struct Fact: Hashable, Codable, Sendable {
        /// The way to it, as it can be asked for.
        public var path: String
        /// Its value.
        public var value: FactValue

        /// A fact from its parts.
        public init(path: String, value: FactValue) {
            self.path = path
            self.value = value
        }
    }

    /// A node of which the query is true.
    public struct Node: Hashable, Codable, Sendable {
        /// The node's name.
        public var node: NodeName
        /// When its facts were reported last.
        public var seenAt: Timestamp
        /// The first ``APILimits/factsPerFinding`` of the facts that were asked for; none where it was asked what is not
        /// there.
        public var facts: [Fact]

        /// A finding from its parts.
        public init(node: NodeName, seenAt: Timestamp, facts: [Fact]) {
            self.node = node
            self.seenAt = seenAt
            self.facts = facts
        }
    }

    /// Those of this page.
    public var nodes: [Node]
    /// Where the next page goes on, while there is one.
    public var next: NodeName?

    /// A page from its parts.
    public init(nodes: [Node], next: NodeName? = nil) {
        self.nodes = nodes
        self.next = next
    }
}
