/// An identifier of the shape of a UUID; the type says of what.
///
/// *Shape*: 36 characters in lower case, RFC 9562.
public protocol UUIDIdentifier: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// The whole text.
    var text: String { get }
    /// Wraps a text that was checked.
    init(checked text: String)
}

extension UUIDIdentifier {
    /// Reads an identifier.
    ///
    /// - Throws: `ModelError` with code `invalidIdentifier`.
    public init(_ text: String) throws(ModelError) {
        guard Self.isUUID(Array(text.utf8)) else {
            throw ModelError(.invalidIdentifier, text, "an id is a UUID in lower case")
        }
        self.init(checked: text)
    }

    /// A new identifier that sorts by the time it was made (UUID version 7).
    public static func make(at time: Timestamp) -> Self {
        var generator = SystemRandomNumberGenerator()
        let milliseconds = UInt64(max(0, time.microseconds / 1000)) & 0xFFFF_FFFF_FFFF
        let high = milliseconds << 16 | 0x7000 | generator.next() & 0x0FFF
        let low = 0x8000_0000_0000_0000 | generator.next() & 0x3FFF_FFFF_FFFF_FFFF
        let hex = [high, low]
            .map { value in
                let digits = String(value, radix: 16)
                return String(repeating: "0", count: 16 - digits.count) + digits
            }
            .joined()
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
            .map { range in
                String(hex.dropFirst(range.lowerBound).prefix(range.count))
            }
        return Self(checked: parts.joined(separator: "-"))
    }

    /// The last eight digits, which are random: what is printed, and enough to name it again.
    public var short: String { String(text.suffix(8)) }

    /// Whether `abbreviation` is the beginning or the end of this identifier, or the beginning of its short form.
    public func isAbbreviated(by abbreviation: String) -> Bool {
        guard !abbreviation.isEmpty else { return false }
        return text.hasPrefix(abbreviation) || text.hasSuffix(abbreviation) || short.hasPrefix(abbreviation)
    }

    /// The whole text.
    public var description: String { text }

    /// Orders identifiers by their text; of version 7, that is by time.
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }

    /// Reads the identifier's text.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the identifier's text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    private static func isUUID(_ text: [UInt8]) -> Bool {
        guard text.count == 36 else { return false }
        return text.indices.allSatisfy { index in
            switch index {
            case 8, 13, 18, 23: text[index] == UInt8(ascii: "-")
            default: text[index].isLowerCaseHexDigit
            }
        }
    }
}

extension UInt8 {
    /// Whether it is one of `0` to `9` and `a` to `f`.
    var isLowerCaseHexDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}

/// The identity of a node, made at enrolment.
public struct NodeID: UUIDIdentifier {
    /// The whole text.
    public let text: String
    /// Wraps a text that was checked.
    public init(checked text: String) { self.text = text }
}

/// The identity of a feedback commit, made on the node.
public struct CommitID: UUIDIdentifier {
    /// The whole text.
    public let text: String
    /// Wraps a text that was checked.
    public init(checked text: String) { self.text = text }
}
