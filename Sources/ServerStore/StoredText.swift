internal import FabricModel
internal import FoundationEssentials

/// A value as the JSON text that a column holds.
func storedText(_ value: some Encodable) throws -> String {
    String(decoding: try CanonicalJSON.encode(value), as: UTF8.self)
}

/// The value that a column's JSON text stands for.
func storedValue<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try CanonicalJSON.decode(type, from: Data(text.utf8))
}
