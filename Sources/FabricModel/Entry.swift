/// What a tag says of one resource.
///
/// No entry means unmanaged.
///
/// *Shape*: an object with one key, such as `{"absent":true}`, `{"file":{…}}` or `{"package":">=1.2-3"}`.
public enum Entry: Hashable, Sendable {
    /// The resource must not exist; always explicit.
    case absent
    case file(FileState)
    case package(PackageWish)
    case service(ServiceState)
    case user(UserWish)
    case group(GroupWish)

    /// Whether `state` is what the entry wants.
    public func isSatisfied(by state: ResourceState) -> Bool {
        switch (self, state) {
        case (.absent, .absent): true
        case (.file(let wanted), .file(let state)): wanted.matches(state)
        case (.package(let wish), .package(let state)): wish.isSatisfied(by: state)
        case (.package(let wish), .absent): wish.isSatisfiedByNone
        case (.service(let wanted), .service(let state)): wanted.matches(state)
        // A unit that does not exist is not started, and one that is not to be started need not exist.
        case (.service(let wanted), .absent): wanted.isThatOfNone
        case (.absent, .service(let state)): state.isThatOfNone
        case (.user(let wish), .user(let state)): wish.isSatisfied(by: state)
        case (.group(let wish), .group(let state)): wish.isSatisfied(by: state)
        default: false
        }
    }

    /// The entry that asks for what `change` did: a state, or a wish derived from how the resource changed.
    ///
    /// - Parameters:
    ///   - change: What was done.
    ///   - earlier: What a tag says already, of which that stays about which the change says nothing.
    public init(asking change: Change, over earlier: Entry? = nil) {
        switch (change.before, change.after) {
        case (_, .absent): self = .absent
        case (_, .file(let state)): self = .file(state)
        case (let before, .service(let after)):
            var old = ServiceState()
            if case .service(let state) = before { old = state }
            let asked = after.asked(from: old)
            if case .service(let known) = earlier {
                self = .service(asked.merged(from: old, into: known))
            } else {
                self = .service(asked)
            }
        case (let before, .package(let after)):
            var known: PackageWish?
            if case .package(let wish) = earlier { known = wish }
            self = .package(PackageWish(from: before, to: after, over: known))
        case (let before, .user(let after)):
            // Of an account that was made, the change says all.
            guard case .user(let old) = before else {
                self = .user(UserWish(from: nil, to: after))
                return
            }
            let wish = UserWish(from: old, to: after)
            if case .user(let known) = earlier {
                let rest = known.withoutPassword(of: old, changedTo: after)
                self = .user(wish.added(to: rest))
            } else {
                self = .user(wish)
            }
        case (let before, .group(let after)):
            guard case .group(let old) = before else {
                self = .group(GroupWish(from: nil, to: after))
                return
            }
            let wish = GroupWish(from: old, to: after)
            if case .group(let known) = earlier {
                self = .group(wish.added(to: known))
            } else {
                self = .group(wish)
            }
        }
    }

    /// The content that the entry needs, when it is kept.
    public var keptDigest: ContentDigest? {
        if case .file(let state) = self { ResourceState.file(state).keptDigest } else { nil }
    }

    /// The kind that it is for; `nil` where it says only that there is to be nothing.
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

    /// Whether the entry can stand under `key`: its kind is the key's.
    public func fits(_ key: ResourceKey) -> Bool { kind.map { $0 == key.kind } ?? true }

    /// Checks what reading alone does not: for whoever takes entries from others and passes them on.
    ///
    /// - Throws: `ModelError` with what the check of its kind throws.
    public func check() throws(ModelError) {
        switch self {
        case .file(let state): try state.check()
        case .service(let state): try state.check()
        case .user(let wish): try wish.check()
        case .group(let wish): try wish.check()
        case .absent, .package: break
        }
    }
}

extension Entry: Codable {
    private enum CodingKeys: String, CodingKey {
        case absent
        case file
        case package
        case service
        case user
        case group
    }

    /// Reads the one key and what it says.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let message = "an entry is one of absent, file, package, service, user or group"
        switch CodingKeys(stringValue: try OnlyKey.read(decoder, message, "entry")) {
        case .file: self = .file(try container.decode(FileState.self, forKey: .file))
        case .package: self = .package(try container.decode(PackageWish.self, forKey: .package))
        case .service: self = .service(try container.decode(ServiceState.self, forKey: .service))
        case .user: self = .user(try container.decode(UserWish.self, forKey: .user))
        case .group: self = .group(try container.decode(GroupWish.self, forKey: .group))
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
        case .service(let state): try container.encode(state, forKey: .service)
        case .user(let wish): try container.encode(wish, forKey: .user)
        case .group(let wish): try container.encode(wish, forKey: .group)
        }
    }
}
