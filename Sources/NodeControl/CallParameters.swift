import FabricModel

/// The parameters of one method, read strictly: an unknown name, a missing value and a wrong one are refused.
///
/// A name that was mistyped must not widen a call: `Commit` without the paths that were meant would take everything.
protocol CallParameters: Encodable, Sendable {
    associatedtype Key: CodingKey & CaseIterable & Sendable

    /// Reads the parameters.
    ///
    /// - Throws: `NodeControlError` with code `invalidParameter`.
    init(_ values: ParameterValues<Key>) throws(NodeControlError)
}

/// The values of a call by name.
struct ParameterValues<Key: CodingKey> {
    /// `nil` where the call has no parameters.
    let container: KeyedDecodingContainer<Key>?

    /// A value that may be missing or null.
    func optional<Value: Decodable>(_ type: Value.Type, _ key: Key) throws(NodeControlError) -> Value? {
        do {
            return try container?.decodeIfPresent(type, forKey: key)
        } catch {
            throw .invalidParameter(key.stringValue)
        }
    }

    /// A value that has to be there.
    func required<Value: Decodable>(_ type: Value.Type, _ key: Key) throws(NodeControlError) -> Value {
        guard let value = try optional(type, key) else { throw .invalidParameter(key.stringValue) }
        return value
    }
}

extension NodeControlError {
    static func invalidParameter(_ name: String) -> NodeControlError {
        NodeControlError(
            .invalidParameter,
            "this parameter is unknown, missing or has no allowed value",
            subject: name
        )
    }
}

/// Of the methods without parameters.
struct NoParameters: CallParameters {
    enum Key: CodingKey, CaseIterable {}

    init() {}

    init(_: ParameterValues<Key>) {}
}

struct DiffParameters: CallParameters {
    enum Key: CodingKey, CaseIterable {
        case paths
    }

    var paths: [ResourceSelection]

    init(paths: [ResourceSelection]) {
        self.paths = paths
    }

    init(_ values: ParameterValues<Key>) throws(NodeControlError) {
        paths = try values.optional([ResourceSelection].self, .paths) ?? []
    }
}

struct LogParameters: CallParameters {
    enum Key: CodingKey, CaseIterable {
        case path
        case limit
        case before
    }

    var path: ResourceSelection?
    var limit: Int
    var before: Int64?

    init(_ query: LogQuery) {
        path = query.selection
        limit = query.limit
        before = query.before
    }

    init(_ values: ParameterValues<Key>) throws(NodeControlError) {
        path = try values.optional(ResourceSelection.self, .path)
        limit = try values.optional(Int.self, .limit) ?? LogQuery.usualLimit
        before = try values.optional(Int64.self, .before)
        guard (1...LogQuery.largestLimit).contains(limit) else {
            throw .invalidParameter(Key.limit.stringValue)
        }
    }

    var query: LogQuery { LogQuery(selection: path, limit: limit, before: before) }
}

struct CommitParameters: CallParameters {
    enum Key: CodingKey, CaseIterable {
        case message
        case paths
    }

    var message: String?
    var paths: [ResourceSelection]

    init(_ request: CommitRequest) {
        message = request.message
        paths = request.selection
    }

    init(_ values: ParameterValues<Key>) throws(NodeControlError) {
        message = try values.optional(String.self, .message)
        paths = try values.optional([ResourceSelection].self, .paths) ?? []
        guard let message else { return }
        let isBlank = message.allSatisfy(\.isWhitespace)
        guard !isBlank, message.utf8.count <= CommitRequest.longestMessage else {
            throw .invalidParameter(Key.message.stringValue)
        }
    }

    var request: CommitRequest { CommitRequest(message: message, selection: paths) }
}

struct DiscardParameters: CallParameters {
    enum Key: CodingKey, CaseIterable {
        case path
        case expected
    }

    var path: ResourceKey
    var expected: ResourceState?

    init(_ request: DiscardRequest) {
        path = request.key
        expected = request.expected
    }

    init(_ values: ParameterValues<Key>) throws(NodeControlError) {
        guard let key = try values.required(ResourceSelection.self, .path).key else {
            throw .invalidParameter(Key.path.stringValue)
        }
        path = key
        expected = try values.optional(ResourceState.self, .expected)
    }

    var request: DiscardRequest { DiscardRequest(key: path, expected: expected) }
}

struct ContentParameters: CallParameters {
    enum Key: CodingKey, CaseIterable {
        case digest
    }

    var digest: ContentDigest

    init(digest: ContentDigest) {
        self.digest = digest
    }

    init(_ values: ParameterValues<Key>) throws(NodeControlError) {
        digest = try values.required(ContentDigest.self, .digest)
    }
}

struct DescriptionParameters: CallParameters {
    enum Key: CodingKey, CaseIterable {
        case interface
    }

    var interface: String

    init(_ values: ParameterValues<Key>) throws(NodeControlError) {
        interface = try values.required(String.self, .interface)
    }
}
