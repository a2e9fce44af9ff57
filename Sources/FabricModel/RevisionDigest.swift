internal import Crypto

/// The digest of a revision, over its own content and the digest of the revision before it.
///
/// So each digest stands for a tag's whole history up to there: whoever has noted one can tell that nothing before it was
/// changed, left out or put in another order since. Of files it covers the digests alone, so that a content can go
/// without breaking the chain.
///
/// *Shape*: 64 hex digits of SHA-256, over parts that are each written as their length in bytes, a colon and the bytes:
/// `weft revision 1`, the digest before (empty for the first), tag, number, microseconds since 1970, author, message,
/// commit, number of the reverted revision, reference of the revision that it follows (empty where there is none), items.
public struct RevisionDigest: Hashable, Sendable, CustomStringConvertible {
    /// All digits.
    public let text: String

    /// The digest of a revision.
    ///
    /// - Parameters:
    ///   - revision: The revision; neither its items nor its own digest are looked at.
    ///   - items: Its items, as ``CanonicalJSON`` wrote them when it was made: another version may write them otherwise.
    ///   - previous: The digest of the revision before it; `nil` for the first.
    public init(of revision: Revision, items: String, after previous: RevisionDigest?) {
        var hash = SHA256()
        func add(_ part: String) {
            hash.update(data: Array("\(part.utf8.count):".utf8))
            hash.update(data: Array(part.utf8))
        }
        add("weft revision 1")
        add(previous?.text ?? "")
        add(revision.tag.text)
        add("\(revision.number)")
        add("\(revision.at.microseconds)")
        add(revision.author)
        add(revision.message)
        add(revision.commit?.text ?? "")
        add(revision.reverts.map { "\($0)" } ?? "")
        add(revision.follows?.description ?? "")
        add(items)
        text = String(ContentDigest(hash.finalize()).hexDigits)
    }

    /// Reads a digest's text.
    ///
    /// - Throws: `ModelError` with code `invalidDigest`.
    public init(_ text: String) throws(ModelError) {
        guard text.utf8.count == 64, text.utf8.allSatisfy(\.isLowerCaseHexDigit) else {
            throw ModelError(.invalidDigest, text, "the digest of a revision is 64 hex digits in lower case")
        }
        self.text = text
    }

    /// The first twelve digits: what is printed.
    public var short: String { String(text.prefix(12)) }

    /// All digits.
    public var description: String { text }
}

extension RevisionDigest: Codable {
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
