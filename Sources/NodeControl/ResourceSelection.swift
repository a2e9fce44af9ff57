public import FabricModel

/// What a person names to narrow a command: a resource, or a directory with everything below it.
///
/// *Shape* as text: a resource key (`package:nginx`, `file:/etc/hosts`), or an absolute path in ``EscapedText`` or as it
/// is (`/etc/ssh`, `/`). A path means itself and what lies below.
public struct ResourceSelection: Hashable, Sendable, CustomStringConvertible {
    /// The resource itself; `nil` for `/`, which selects every file.
    public let key: ResourceKey?

    /// Selects a resource and, for a path, what lies below it.
    public init(_ key: ResourceKey) {
        self.key = key
    }

    /// Reads a key or an absolute path.
    ///
    /// - Throws: `ModelError` with code `invalidResourceKey` or `invalidEscape`.
    public init(_ text: String) throws(ModelError) {
        let path = text.hasPrefix("file:/") ? String(text.dropFirst("file:".count)) : text
        guard path.hasPrefix("/") else {
            key = try ResourceKey(text)
            return
        }
        var bytes = try EscapedText.unescape(EscapedText.normalize(path))
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        key = bytes == [UInt8(ascii: "/")] ? nil : try ResourceKey(.file, bytes: bytes)
    }

    /// Whether `other` is selected.
    public func contains(_ other: ResourceKey) -> Bool {
        guard let key else { return other.kind == .file }
        guard key != other else { return true }
        return key.kind == .file && other.kind == .file && other.name.utf8.starts(with: "\(key.name)/".utf8)
    }

    /// The text that reads back as the selection.
    public var description: String { key?.description ?? "/" }
}

extension Sequence<ResourceSelection> {
    /// Whether one of them selects `key`.
    public func contains(_ key: ResourceKey) -> Bool {
        contains { $0.contains(key) }
    }
}

extension ResourceSelection: Codable {
    /// Reads a key or an absolute path.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the text that reads back.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
