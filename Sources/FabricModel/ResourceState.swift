/// What a resource is at one moment: absent, or a state of its kind.
///
/// *Shape*: an object with one key, `{"absent":true}`, `{"file":{…}}` or `{"package":{…}}`.
public enum ResourceState: Hashable, Sendable {
    case absent
    case file(FileState)
    case package(PackageState)

    /// Whether both are the same state, by the rules of the kind.
    public func matches(_ other: ResourceState) -> Bool {
        switch (self, other) {
        case (.absent, .absent): true
        case (.file(let state), .file(let other)): state.matches(other)
        case (.package(let state), .package(let other)): state.matches(other)
        default: false
        }
    }

    /// The content of a regular file.
    public var content: FileContent? {
        if case .file(let state) = self { state.content } else { nil }
    }

    /// The digest of the content, when the content is kept under it.
    public var keptDigest: ContentDigest? {
        content.flatMap { $0.withheld == nil ? $0.digest : nil }
    }
}

extension ResourceState: Codable {
    private enum CodingKeys: String, CodingKey {
        case absent
        case file
        case package
    }

    /// Reads the one key and the state under it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let message = "a state is one of absent, file or package"
        switch CodingKeys(stringValue: try OnlyKey.read(decoder, message, "state")) {
        case .file: self = .file(try container.decode(FileState.self, forKey: .file))
        case .package: self = .package(try container.decode(PackageState.self, forKey: .package))
        case .absent: self = .absent
        case nil: throw ModelError(.invalidState, "state", message)
        }
    }

    /// Writes the one key and the state under it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .absent: try container.encode(true, forKey: .absent)
        case .file(let state): try container.encode(state, forKey: .file)
        case .package(let state): try container.encode(state, forKey: .package)
        }
    }
}
