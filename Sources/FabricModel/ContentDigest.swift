public import Crypto

/// The digest by which contents are named.
///
/// *Shape*: `sha256:` and 64 hex digits in lower case; for a secret `hmac-sha256:`, keyed on the node that saw it, so
/// that equal secrets on two nodes cannot be told from the digests.
public struct ContentDigest: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// How the digest was made.
    public enum Algorithm: String, Sendable {
        case sha256
        case keyed = "hmac-sha256"
    }

    /// The whole text, algorithm and hex digits.
    public let text: String

    /// The SHA-256 digest of `content`.
    public static func sha256(_ content: some Sequence<UInt8>) -> ContentDigest {
        var hash = SHA256()
        if content.withContiguousStorageIfAvailable({ hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        ) == nil {
            hash.update(data: Array(content))
        }
        return ContentDigest(hash.finalize())
    }

    /// A digest that was computed piece by piece.
    public init(_ digest: SHA256.Digest) {
        text = "sha256:" + Self.hex(digest)
    }

    /// A keyed digest that was computed piece by piece.
    public init(_ code: HMAC<SHA256>.MAC) {
        text = "\(Algorithm.keyed.rawValue):\(Self.hex(code))"
    }

    /// The digest of a secret, keyed with the node's own key.
    public static func keyed(_ content: some Sequence<UInt8>, key: SymmetricKey) -> ContentDigest {
        ContentDigest(HMAC<SHA256>.authenticationCode(for: Array(content), using: key))
    }

    /// Reads a digest's text.
    ///
    /// - Throws: `ModelError` with code `invalidDigest`.
    public init(_ text: String) throws(ModelError) {
        let isKnown = text.hasPrefix("sha256:") || text.hasPrefix("hmac-sha256:")
        let digits = text.utf8.drop { $0 != UInt8(ascii: ":") }.dropFirst()
        guard isKnown, digits.count == 64, digits.allSatisfy(\.isLowerCaseHexDigit) else {
            throw ModelError(.invalidDigest, text, "a digest is 'sha256:' and 64 hex digits in lower case")
        }
        self.text = text
    }

    /// A digest from its 32 raw bytes, as a database keeps them; `nil` when there are not 32.
    public init?(_ algorithm: Algorithm, rawBytes: UnsafeRawBufferPointer) {
        guard rawBytes.count == 32 else { return nil }
        text = "\(algorithm.rawValue):" + Self.hex(rawBytes)
    }

    /// How the digest was made.
    public var algorithm: Algorithm { text.hasPrefix("hmac-") ? .keyed : .sha256 }

    /// The hex digits alone.
    public var hexDigits: Substring { text[text.index(text.endIndex, offsetBy: -64)...] }

    /// The 32 bytes that the hex digits stand for.
    public var rawBytes: [UInt8] {
        func value(_ digit: UInt8) -> UInt8 {
            digit <= UInt8(ascii: "9") ? digit - UInt8(ascii: "0") : digit - UInt8(ascii: "a") + 10
        }
        var digits = hexDigits.utf8.makeIterator()
        return [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            while let high = digits.next(), let low = digits.next() {
                buffer[count] = value(high) << 4 | value(low)
                count += 1
            }
        }
    }

    /// The whole text.
    public var description: String { text }

    /// Orders digests by their text.
    public static func < (left: ContentDigest, right: ContentDigest) -> Bool { left.text < right.text }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 64) { buffer in
            var count = 0
            for byte in bytes {
                buffer[count] = digits[Int(byte >> 4)]
                buffer[count + 1] = digits[Int(byte & 15)]
                count += 2
            }
            return count
        }
    }
}

extension ContentDigest: Codable {
    /// Reads the digest's text.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the digest's text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
