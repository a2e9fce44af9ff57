public import FoundationEssentials

/// The one JSON text of a value: keys sorted, slashes plain, no white space.
///
/// Two equal values have equal bytes.
public enum CanonicalJSON {
    /// Encodes a value.
    public static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    /// Encodes a value for somebody who is not to see what stands for a content: in place of the hash of a password it says
    /// ``UserState/withheldHash``.
    public static func encodeWithholding(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if let key = withholding { encoder.userInfo[key] = true }
        return try encoder.encode(value)
    }

    /// Under which an encoder is told to withhold.
    private static let withholding = CodingUserInfoKey(rawValue: "io.weft.withholding")

    /// The hash of a password as it is to be written.
    static func written(hash: String?, by encoder: any Encoder) -> String? {
        guard hash != nil, let withholding, encoder.userInfo[withholding] != nil else { return hash }
        return UserState.withheldHash
    }

    /// Decodes a value.
    public static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        try JSONDecoder().decode(type, from: data)
    }
}
