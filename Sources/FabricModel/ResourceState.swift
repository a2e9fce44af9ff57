/// What a resource is at one moment: absent, or a state of its kind.
///
/// *Shape*: an object with one key, `{"absent":true}`, or that of the kind, such as `{"file":{…}}`.
public enum ResourceState: Hashable, Sendable {
    case absent
    case file(FileState)
    case package(PackageState)
    case service(ServiceState)
    case user(UserState)
    case group(GroupState)

    /// Whether both are the same state, by the rules of the kind.
    public func matches(_ other: ResourceState) -> Bool {
        switch (self, other) {
        case (.absent, .absent): true
        case (.file(let state), .file(let other)): state.matches(other)
        case (.package(let state), .package(let other)): state.matches(other)
        case (.service(let state), .service(let other)): state.matches(other)
        // Of a unit that nothing starts there is nothing to say, whether it exists or not.
        case (.absent, .service(let state)), (.service(let state), .absent): state.isThatOfNone
        case (.user(let state), .user(let other)): state.matches(other)
        case (.group(let state), .group(let other)): state.matches(other)
        default: false
        }
    }

    /// The kind whose state it is; `nil` when absent.
    public var kind: ResourceKind? {
        switch self {
        case .absent: nil
        case .file: .file
        case .package: .package
        case .service: .service
        case .user: .user
        case .group: .group
        }
    }

    /// Whether the state can be one of `key`: its kind is the key's.
    public func fits(_ key: ResourceKey) -> Bool { kind.map { $0 == key.kind } ?? true }

    /// Checks what reading alone does not: for whoever takes states from others and passes them on.
    ///
    /// - Throws: `ModelError` with what the check of its kind throws.
    public func check() throws(ModelError) {
        switch self {
        case .file(let state): try state.check()
        case .user(let state): try state.check()
        case .group(let state): try state.check()
        case .service(let state): try state.check()
        case .absent, .package: break
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
        case service
        case user
        case group
    }

    /// Reads the one key and the state under it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let message = "a state is one of absent, file, package, service, user or group"
        switch CodingKeys(stringValue: try OnlyKey.read(decoder, message, "state")) {
        case .file: self = .file(try container.decode(FileState.self, forKey: .file))
        case .package: self = .package(try container.decode(PackageState.self, forKey: .package))
        case .service: self = .service(try container.decode(ServiceState.self, forKey: .service))
        case .user: self = .user(try container.decode(UserState.self, forKey: .user))
        case .group: self = .group(try container.decode(GroupState.self, forKey: .group))
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
        case .service(let state): try container.encode(state, forKey: .service)
        case .user(let state): try container.encode(state, forKey: .user)
        case .group(let state): try container.encode(state, forKey: .group)
        }
    }
}
