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

    /// Decodes a value.
    public static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        try JSONDecoder().decode(type, from: data)
    }
}
