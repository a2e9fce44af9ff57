internal import Crypto

/// A digest over a whole configuration that is carried forward when single items change.
///
/// It is the sum of digests of its items, each of key, tag and revision: a tag at a revision says one thing for ever.
/// It tells two configurations apart that came to differ by mistake, not by intent.
///
/// *Shape*: 32 hex digits.
public struct ConfigurationDigest: Hashable, Sendable, CustomStringConvertible {
    private var high: UInt64 = 0
    private var low: UInt64 = 0

    /// The digest of a configuration without items.
    public init() {}

    /// The digest of a configuration.
    public init(of configuration: EffectiveConfiguration) {
        for item in configuration.items {
            add(item.key.description, tag: item.tag.text, revision: item.revision)
        }
        // Whoever sent them counts them.
        for item in configuration.unknown { add(item.key, tag: item.tag.text, revision: item.revision) }
    }

    /// Reads a digest's text; `nil` when it is none.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 32, text.utf8.allSatisfy(\.isLowerCaseHexDigit),
            let high = UInt64(text.prefix(16), radix: 16),
            let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.high = high
        self.low = low
    }

    /// Adds an item.
    public mutating func add(_ key: String, tag: String, revision: Int64) {
        let item = Self.item(key, tag, revision)
        high &+= item.high
        low &+= item.low
    }

    /// Takes an item away that was added.
    public mutating func remove(_ key: String, tag: String, revision: Int64) {
        let item = Self.item(key, tag, revision)
        high &-= item.high
        low &-= item.low
    }

    /// The 32 digits.
    public var description: String { Self.digits(high) + Self.digits(low) }

    private static func item(_ key: String, _ tag: String, _ revision: Int64) -> (high: UInt64, low: UInt64) {
        var hash = SHA256()
        var text = "\(key)\n\(tag)@\(revision)"
        text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        return hash.finalize()
            .withUnsafeBytes { bytes in
                (
                    UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                )
            }
    }

    private static func digits(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

extension ConfigurationDigest: Codable {
    /// Reads the digest's text.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let digest = ConfigurationDigest(text) else {
            throw ModelError(.invalidDigest, text, "the digest of a configuration is 32 hex digits")
        }
        self = digest
    }

    /// Writes the digest's text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
