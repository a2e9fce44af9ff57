import Crypto

/// The SHA-256 digest of a certificate, or of a public key, by which people compare them.
///
/// *Shape* as text: `sha256:` and 64 hex digits in lower case.
public struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
    private static let prefix = "sha256:"
    private let bytes: [UInt8]

    /// The fingerprint of DER.
    init(of der: some Sequence<UInt8>) {
        bytes = Array(SHA256.hash(data: Array(der)))
    }

    /// Reads a fingerprint as people copy it: in either case, with colons between the digits or without, and without the
    /// prefix as well.
    ///
    /// - Throws: `IdentityError` with code `malformed`.
    public init(_ text: String) throws(IdentityError) {
        let lower = text.lowercased()
        let digits = (lower.hasPrefix(Self.prefix) ? lower.dropFirst(Self.prefix.count) : lower[...])
            .utf8.filter { $0 != UInt8(ascii: ":") }
        let values = digits.compactMap { Character(UnicodeScalar($0)).hexDigitValue.map(UInt8.init) }
        guard values.count == digits.count, values.count == 2 * SHA256.byteCount else {
            throw IdentityError(
                .malformed,
                text,
                "a fingerprint is 'sha256:' and 64 hex digits; 'weft-server fingerprint' prints it"
            )
        }
        bytes = stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }

    /// The first eight digits: enough to tell files apart, and no proof of anything.
    public var short: String { String(description.dropFirst(Self.prefix.count).prefix(8)) }

    /// `sha256:` and 64 hex digits.
    public var description: String {
        Self.prefix
            + bytes.map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0\(digits)" : digits
            }
            .joined()
    }
}
