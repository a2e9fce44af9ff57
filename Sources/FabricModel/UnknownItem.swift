/// An entry of a kind that this version does not know, as a newer server sends it: it is left out and told.
public struct UnknownItem: Hashable, Codable, Sendable {
    /// The resource's key as text.
    public var key: String
    /// The tag that gives the entry.
    public var tag: TagName
    /// The revision that set it.
    public var revision: Int64

    /// An unknown item from its parts.
    public init(key: String, tag: TagName, revision: Int64) {
        self.key = key
        self.tag = tag
        self.revision = revision
    }
}

/// Items as a server sends them that may know more kinds.
package struct ReceivedItems: Decodable {
    package var items: [EffectiveConfiguration.Item] = []
    package var unknown: [UnknownItem] = []

    /// Reads a list; what is wrong with an item of a known kind is an error as ever.
    package init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        items.reserveCapacity(list.count ?? 0)
        while !list.isAtEnd {
            switch try list.decode(ReceivedItem.self) {
            case .known(let item): items.append(item)
            case .unknown(let item): unknown.append(item)
            }
        }
    }
}

private enum ReceivedItem: Decodable {
    case known(EffectiveConfiguration.Item)
    case unknown(UnknownItem)

    init(from decoder: any Decoder) throws {
        do {
            self = .known(try EffectiveConfiguration.Item(from: decoder))
        } catch {
            guard let item = try? UnknownItem(from: decoder), !ResourceKind.isKnown(in: item.key) else {
                throw error
            }
            self = .unknown(item)
        }
    }
}

extension ResourceKind {
    /// Whether a key's text names a kind that this version knows, or none at all.
    package static func isKnown(in key: String) -> Bool {
        guard let colon = key.firstIndex(of: ":"), colon > key.startIndex else { return true }
        return ResourceKind(rawValue: String(key[..<colon])) != nil
    }
}
