/// An account of the node's own database.
///
/// *Source*: passwd(5), shadow(5), group(5), subuid(5).
public struct UserState: Hashable, Codable, Sendable {
    /// How one can log in with a password.
    public enum Password: Hashable, Sendable {
        /// Not at all: there is no hash.
        case none
        /// Without one.
        case notNeeded
        /// With one, unless the account is locked.
        ///
        /// The digest is keyed and of this node alone; the hash itself is there only where the node's settings say so.
        case set(digest: ContentDigest, isLocked: Bool, hash: String?)
    }

    /// When a password has to be changed, and when the account ends.
    ///
    /// *Units*: days; `expires` counts them from 1970-01-01.
    public struct Aging: Hashable, Codable, Sendable {
        /// Before that, a password cannot be changed again.
        public var minimum: Int?
        /// After that, it has to be.
        public var maximum: Int?
        /// So long before that, its user is warned.
        public var warning: Int?
        /// So long after that, the account still takes it.
        public var inactive: Int?
        /// When the account ends.
        public var expires: Int?
        /// Whether the password has to be changed at the next login.
        public var isDue: Bool

        /// The rules from their parts.
        public init(
            minimum: Int? = nil,
            maximum: Int? = nil,
            warning: Int? = nil,
            inactive: Int? = nil,
            expires: Int? = nil,
            isDue: Bool = false
        ) {
            self.minimum = minimum
            self.maximum = maximum
            self.warning = warning
            self.inactive = inactive
            self.expires = expires
            self.isDue = isDue
        }

        /// These rules, and what is due already stays so.
        package func withDue(of other: Aging) -> Aging {
            var both = self
            both.isDue = isDue || other.isDue
            return both
        }

        /// These rules, with nothing due where that is said.
        func withoutDue(where isOver: Bool) -> Aging {
            var rest = self
            rest.isDue = isDue && !isOver
            return rest
        }
    }

    /// Ids that the account may hand to its containers.
    public struct Range: Hashable, Comparable, Codable, Sendable {
        /// The first id.
        public var start: UInt32
        /// How many there are.
        public var count: UInt32

        /// A range from its first id and its length.
        public init(start: UInt32, count: UInt32) {
            self.start = start
            self.count = count
        }

        /// Orders ranges by where they begin.
        public static func < (left: Range, right: Range) -> Bool {
            (left.start, left.count) < (right.start, right.count)
        }
    }

    /// What stands in the place of a password's hash for whoever reads metadata alone; no hash, and refused as one.
    public static let withheldHash = "withheld"

    /// The number.
    public var uid: UInt32
    /// The primary group.
    public var group: AccountReference
    /// The comment, as ``EscapedText``.
    public var comment: String
    /// The home, as ``EscapedText``.
    public var home: String
    /// The shell, as ``EscapedText``.
    public var shell: String
    /// The supplementary groups, in the order of the alphabet.
    public var groups: [String]
    /// Whether it is an account of the system and of no person: its number is below the first of those.
    public var isSystem: Bool
    /// How one can log in with a password.
    public var password: Password
    /// When the password has to be changed, and when the account ends.
    public var aging: Aging
    /// The user ids for its containers.
    public var subordinateUIDs: [Range]
    /// The group ids for its containers.
    public var subordinateGIDs: [Range]
    /// Whether the primary group is a private one, whose number is part of this state; `nil` for no.
    public var ownsGroup: Bool?
    /// Whether the private group that the account had is gone, in the state after a change; `nil` for no, and of what is
    /// observed.
    public var losesGroup: Bool?
    /// The name that the account has on the other side of a change that only gave it another one; what is observed of an
    /// account has none.
    public var otherName: String?

    /// An account from its parts; sorts groups and ranges.
    public init(
        uid: UInt32,
        group: AccountReference,
        comment: String = "",
        home: String,
        shell: String,
        groups: some Sequence<String> = [],
        isSystem: Bool = false,
        password: Password = .none,
        aging: Aging = Aging(),
        subordinateUIDs: [Range] = [],
        subordinateGIDs: [Range] = []
    ) {
        self.uid = uid
        self.group = group
        self.comment = comment
        self.home = home
        self.shell = shell
        self.groups = Set(groups).sorted()
        self.isSystem = isSystem
        self.password = password
        self.aging = aging
        self.subordinateUIDs = subordinateUIDs.sorted()
        self.subordinateGIDs = subordinateGIDs.sorted()
    }

    /// Whether both are the same state; whether it is one of the system depends on the settings of the node.
    public func matches(_ other: UserState) -> Bool {
        var (left, right) = (self, other)
        left.isSystem = right.isSystem
        left.otherName = right.otherName
        left.losesGroup = right.losesGroup
        guard left.group.matches(right.group), left.password.matches(right.password) else { return false }
        // A group of its own tells its number itself. What was recorded earlier does not say whose the group is.
        if left.ownsGroup ?? right.ownsGroup ?? false, left.group.id != right.group.id { return false }
        left.ownsGroup = right.ownsGroup
        left.group = right.group
        left.password = right.password
        return left == right
    }

    /// Checks what reading alone does not: for whoever takes states from others and passes them on.
    ///
    /// - Throws: `ModelError` with code `invalidEscape` for a text that is not escaped, `invalidState` for a digest of a
    ///   password that is not keyed, `invalidResourceKey` for a group's name that is none.
    public func check() throws(ModelError) {
        for text in [comment, home, shell] { _ = try EscapedText.unescape(text) }
        for name in groups { _ = try ResourceKey("group:\(name)") }
        if let otherName { _ = try ResourceKey("user:\(otherName)") }
        if case .set(let digest, _, let hash) = password {
            guard digest.algorithm == .keyed else {
                throw ModelError(
                    .invalidState,
                    digest.text,
                    "the digest of a password is keyed, and no other"
                )
            }
            try Self.check(hash: hash)
        }
    }

    /// Refuses a hash that would be something else in the line of an account.
    package static func check(hash: String?) throws(ModelError) {
        guard let hash else { return }
        let isHash =
            hash.hasPrefix("$") && hash.utf8.count <= 512
            && hash.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
        guard isHash else {
            throw ModelError(
                .invalidState,
                "password",
                "a password's hash is one of crypt(3) that begins with '$'"
            )
        }
    }
}

extension UserState.Password {
    /// Whether both are the same, by what is known of both.
    package func matches(_ other: UserState.Password) -> Bool {
        switch (self, other) {
        case (.set(let digest, let isLocked, _), .set(let other, let otherIsLocked, _)):
            digest == other && isLocked == otherIsLocked
        default: self == other
        }
    }

    /// Whether both have one hash, locked or not, or both have none.
    func hasHash(of other: UserState.Password) -> Bool {
        switch (self, other) {
        case (.set(let digest, _, _), .set(let other, _, _)): digest == other
        default: self == other
        }
    }

    /// Whether one can log in with it, or without any.
    var letsIn: Bool { self != .none && !isLocked }

    /// Whether there is a hash and it is not to be used.
    public var isLocked: Bool {
        if case .set(_, true, _) = self { true } else { false }
    }
}

extension UserState.Password: Codable {
    private enum CodingKeys: String, CodingKey {
        case digest
        case isLocked
        case hash
        case use
    }

    private enum Use: String, Codable {
        case none
        case notNeeded = "not-needed"
        case set
    }

    /// Reads whether there is one, and what is known of it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Use.self, forKey: .use) {
        case .none: self = .none
        case .notNeeded: self = .notNeeded
        case .set:
            self = .set(
                digest: try container.decode(ContentDigest.self, forKey: .digest),
                isLocked: try container.decode(Bool.self, forKey: .isLocked),
                hash: try container.decodeIfPresent(String.self, forKey: .hash)
            )
        }
    }

    /// Writes whether there is one, and what is known of it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .none: try container.encode(Use.none, forKey: .use)
        case .notNeeded: try container.encode(Use.notNeeded, forKey: .use)
        case .set(let digest, let isLocked, let hash):
            try container.encode(Use.set, forKey: .use)
            try container.encode(digest, forKey: .digest)
            try container.encode(isLocked, forKey: .isLocked)
            try container.encodeIfPresent(
                CanonicalJSON.written(hash: hash, by: encoder),
                forKey: .hash
            )
        }
    }
}
