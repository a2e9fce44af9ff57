/// What a tag wants of a package.
///
/// *Shape* as text: `any`, `>=EVR` or `=EVR`.
public enum PackageWish: Hashable, Sendable, CustomStringConvertible {
    case any
    case atLeast(PackageVersion)
    case exactly(PackageVersion)

    /// Reads `any`, `>=EVR` or `=EVR`.
    ///
    /// - Throws: `ModelError` with code `invalidState`.
    public init(_ text: String) throws(ModelError) {
        if text == "any" {
            self = .any
            return
        }
        let isAtLeast = text.hasPrefix(">=")
        guard isAtLeast || text.hasPrefix("="),
            let version = try? PackageVersion(String(text.dropFirst(isAtLeast ? 2 : 1)))
        else {
            throw ModelError(
                .invalidState,
                text,
                "'\(EscapedText.escape(text.utf8))' is nothing that can be wanted of a package; that is 'any', "
                    + "'>=VERSION' or '=VERSION', where VERSION is [EPOCH:]VERSION[-RELEASE]"
            )
        }
        self = isAtLeast ? .atLeast(version) : .exactly(version)
    }

    /// The text that reads back as the wish.
    public var description: String {
        switch self {
        case .any: "any"
        case .atLeast(let version): ">=\(version)"
        case .exactly(let version): "=\(version)"
        }
    }

    /// Whether an installed package is what is wanted.
    public func isSatisfied(by state: PackageState) -> Bool {
        switch self {
        case .any: !state.instances.isEmpty
        case .atLeast(let version):
            state.instances.contains { $0.evr.compare(toWish: version, in: state.system) >= 0 }
        case .exactly(let version):
            state.instances.contains { $0.evr.compare(toWish: version, in: state.system) == 0 }
        }
    }
}

extension PackageWish: Codable {
    /// Reads the wish's text.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the wish's text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// What a tag says of one resource.
///
/// No entry means unmanaged.
///
/// *Shape*: an object with one key, `{"absent":true}`, `{"file":{…}}` or `{"package":">=1.2-3"}`.
public enum Entry: Hashable, Sendable {
    /// The resource must not exist; always explicit.
    case absent
    case file(FileState)
    case package(PackageWish)

    /// Whether `state` is what the entry wants.
    public func isSatisfied(by state: ResourceState) -> Bool {
        switch (self, state) {
        case (.absent, .absent): true
        case (.file(let wanted), .file(let state)): wanted.matches(state)
        case (.package(let wish), .package(let state)): wish.isSatisfied(by: state)
        default: false
        }
    }

    /// The entry that asks for what `change` did: a file's state, or a wish derived from how a package changed.
    public init(asking change: Change) {
        switch (change.before, change.after) {
        case (_, .absent): self = .absent
        case (_, .file(let state)): self = .file(state)
        case (.package(let before), .package(let after)):
            guard let old = before.newest, let new = after.newest else {
                self = .package(.any)
                return
            }
            let order = new.compare(to: old, in: after.system)
            self = .package(order == 0 ? .any : order > 0 ? .atLeast(new) : .exactly(new))
        case (_, .package): self = .package(.any)
        }
    }

    /// The content that the entry needs, when it is kept.
    public var keptDigest: ContentDigest? {
        if case .file(let state) = self { ResourceState.file(state).keptDigest } else { nil }
    }

    /// Whether the entry can stand under `key`: its kind is the key's.
    public func fits(_ key: ResourceKey) -> Bool {
        switch self {
        case .absent: true
        case .file: key.kind == .file
        case .package: key.kind == .package
        }
    }
}

extension Entry: Codable {
    private enum CodingKeys: String, CodingKey {
        case absent
        case file
        case package
    }

    /// Reads the one key and what it says.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let message = "an entry is one of absent, file or package"
        switch CodingKeys(stringValue: try OnlyKey.read(decoder, message, "entry")) {
        case .file: self = .file(try container.decode(FileState.self, forKey: .file))
        case .package: self = .package(try container.decode(PackageWish.self, forKey: .package))
        case .absent: self = .absent
        case nil: throw ModelError(.invalidState, "entry", message)
        }
    }

    /// Writes the one key and what it says.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .absent: try container.encode(true, forKey: .absent)
        case .file(let state): try container.encode(state, forKey: .file)
        case .package(let wish): try container.encode(wish, forKey: .package)
        }
    }
}
