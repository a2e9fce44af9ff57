import FabricModel

/// A bearer token: 256 random bits, of which only the digest is kept.
///
/// *Shape*: `weft_` and 64 hex digits.
struct BearerToken: Sendable {
    let text: String

    /// Makes a token from bits of getrandom(2).
    static func make() -> BearerToken {
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<4)
            .map { _ in
                let word = String(generator.next(), radix: 16)
                return String(repeating: "0", count: 16 - word.count) + word
            }
        return BearerToken(text: "weft_" + digits.joined())
    }

    /// The SHA-256 digest under which a store knows it.
    var digest: ContentDigest { .sha256(text.utf8) }
}
