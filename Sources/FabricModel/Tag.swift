/// The name of a tag: a shared tag's own name, or `node:NAME` for the own tag of a node.
public struct TagName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The whole text.
    public let text: String

    /// Reads a tag's name.
    ///
    /// - Throws: `ModelError` with code `invalidName`.
    public init(_ text: String) throws(ModelError) {
        let name = text.hasPrefix(Self.ownPrefix) ? text.dropFirst(Self.ownPrefix.count) : text[...]
        guard NodeName.isValid(name), text != "node" else {
            throw ModelError(
                .invalidName,
                text,
                "a tag's name has 1 to 63 lower-case letters, digits and . _ - and begins with a letter or digit; "
                    + "'node' alone is taken, 'node:NAME' is the own tag of a node"
            )
        }
        self.text = text
    }

    /// The own tag of a node.
    public init(ownTagOf node: NodeName) {
        text = Self.ownPrefix + node.text
    }

    /// The node whose own tag this is; `nil` for a shared tag.
    public var node: NodeName? {
        text.hasPrefix(Self.ownPrefix) ? try? NodeName(String(text.dropFirst(Self.ownPrefix.count))) : nil
    }

    /// Whether nodes can include it.
    public var isShared: Bool { !text.hasPrefix(Self.ownPrefix) }

    /// The whole text.
    public var description: String { text }

    /// Orders names by their text.
    public static func < (left: TagName, right: TagName) -> Bool { left.text < right.text }

    private static let ownPrefix = "node:"
}

/// The name by which people call a node: its host name when it was enrolled.
public struct NodeName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The whole text.
    public let text: String

    /// Reads a node's name.
    ///
    /// - Throws: `ModelError` with code `invalidName`.
    public init(_ text: String) throws(ModelError) {
        guard Self.isValid(text[...]) else {
            throw ModelError(
                .invalidName,
                text,
                "a node's name has 1 to 63 lower-case letters, digits and . _ - and begins with a letter or digit"
            )
        }
        self.text = text
    }

    /// The whole text.
    public var description: String { text }

    /// Orders names by their text.
    public static func < (left: NodeName, right: NodeName) -> Bool { left.text < right.text }

    static func isValid(_ text: Substring) -> Bool {
        guard (1...63).contains(text.utf8.count), let first = text.utf8.first else { return false }
        let alphanumerics = "abcdefghijklmnopqrstuvwxyz0123456789"
        return alphanumerics.utf8.contains(first)
            && text.utf8.allSatisfy { alphanumerics.utf8.contains($0) || "._-".utf8.contains($0) }
    }
}

extension TagName: Codable {
    /// Reads the tag's name.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the tag's name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension NodeName: Codable {
    /// Reads the node's name.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the node's name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
