/// The kind of a resource: which component owns it.
public enum ResourceKind: String, Codable, CaseIterable, Hashable, Sendable {
    case file
    case package
    case service
    case user
    case group
}

/// The name of one manageable thing, such as `file:/etc/ssh/sshd_config`, `package:nginx` or `service:sshd.service`.
///
/// *Shape*: the kind, a colon, and the name in ``EscapedText``; the same text in the API, the CLI and files.
public struct ResourceKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The component's kind.
    public let kind: ResourceKind
    /// The name as escaped text: a file's absolute path, a package's name, a unit's name with its type, an account's name.
    public let name: String

    /// The key of the resource whose name is these bytes.
    ///
    /// - Throws: `ModelError` with code `invalidResourceKey` when the bytes are no name of that kind.
    public init(_ kind: ResourceKind, bytes: some Sequence<UInt8>) throws(ModelError) {
        let bytes = Array(bytes)
        self.kind = kind
        self.name = EscapedText.escape(bytes)
        try Self.check(bytes, kind, name)
    }

    /// Reads `kind:name`.
    ///
    /// - Throws: `ModelError` with code `invalidResourceKey` or `invalidEscape`.
    public init(_ text: String) throws(ModelError) {
        guard let colon = text.firstIndex(of: ":"), let kind = ResourceKind(rawValue: String(text[..<colon]))
        else {
            let kinds = ResourceKind.allCases.map { "\($0.rawValue):" }.joined(separator: ", ")
            throw ModelError(.invalidResourceKey, text, "a resource begins with one of \(kinds)")
        }
        // What `unescape` takes is what `escape` writes.
        name = String(text[text.index(after: colon)...])
        self.kind = kind
        try Self.check(EscapedText.unescape(name), kind, name)
    }

    /// A key whose escaped name was checked before it was stored.
    public init(_ kind: ResourceKind, checked name: String) {
        self.kind = kind
        self.name = name
    }

    /// The name's bytes, as the system knows them.
    public var nameBytes: [UInt8] {
        // The name was made by `escape`, so it always reads back.
        (try? EscapedText.unescape(name)) ?? Array(name.utf8)
    }

    /// The kind, a colon and the escaped name.
    public var description: String { "\(kind.rawValue):\(name)" }

    /// Orders keys by kind and then by name.
    public static func < (left: ResourceKey, right: ResourceKey) -> Bool {
        left.kind == right.kind ? left.name < right.name : left.kind.rawValue < right.kind.rawValue
    }

    private static func check(
        _ bytes: [UInt8],
        _ kind: ResourceKind,
        _ name: String
    ) throws(ModelError) {
        switch kind {
        case .file: try checkPath(bytes, name)
        case .package: try checkPackageName(bytes, name)
        case .service: try checkUnitName(bytes, name)
        case .user, .group: try checkAccountName(bytes, name)
        }
    }

    private static func checkPath(_ bytes: [UInt8], _ name: String) throws(ModelError) {
        let isAbsolute = bytes.first == UInt8(ascii: "/") && bytes.count <= 4096
        guard isAbsolute, isNormal(bytes) else {
            throw ModelError(
                .invalidResourceKey,
                name,
                "a file is named by its absolute path, without empty, '.' or '..' components, of at most 4096 bytes"
            )
        }
    }

    /// Whether no component of a path is empty, `.` or `..`, or holds a zero byte.
    private static func isNormal(_ path: [UInt8]) -> Bool {
        var length = 0
        var hasOnlyDots = true
        for byte in path.dropFirst() {
            switch byte {
            case UInt8(ascii: "/"):
                if hasOnlyDots, length <= 2 { return false }
                length = 0
                hasOnlyDots = true
            case 0: return false
            default:
                length += 1
                hasOnlyDots = hasOnlyDots && byte == UInt8(ascii: ".")
            }
        }
        return !hasOnlyDots || length > 2
    }
}

extension ResourceKey: Codable {
    /// Reads the key's text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        try self.init(container.decode(String.self))
    }

    /// Writes the key's text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
