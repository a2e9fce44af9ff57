/// What a tag wants of a user: only what somebody changed, and all of it where the account was made.
public struct UserWish: Hashable, Sendable {
    /// The number; of an account of the system that was made, the one that it gets where that is free.
    public var uid: UInt32?
    /// The primary group; by its name, or that of its own name.
    public var group: AccountReference?
    /// The number of the private group, where that was changed; of a group that was made it is in the group itself, and
    /// taken where it is free.
    public var privateGID: UInt32?
    /// Whether the private group that the account has goes when it gets another primary one; `nil` for no.
    public var dropsGroup: Bool?
    /// The comment, as ``EscapedText``.
    public var comment: String?
    /// The home, as ``EscapedText``.
    public var home: String?
    /// The shell, as ``EscapedText``.
    public var shell: String?
    /// Whether it is an account of the system; of an account that is there already this cannot be changed.
    ///
    /// The system hands out such numbers in the order in which accounts come, those of packages among them, so they are
    /// seldom the same everywhere; what was given another number afterwards says no more than that number.
    public var isSystem: Bool?
    /// Groups that it is to be in.
    public var joins: Set<String> = []
    /// Groups that it is not to be in.
    public var leaves: Set<String> = []
    /// Whether its password is locked.
    public var isLocked: Bool?
    /// The password's hash, where the node that it comes from was told to keep it.
    public var hash: String?
    /// The keyed digest of the password on the node that compares; never in a tag.
    public var digest: ContentDigest?
    /// When the password has to be changed, and when the account ends.
    ///
    /// That it is due is only ever asked for: it is no longer when its user has changed it, each on a node of its own.
    public var aging: UserState.Aging?
    /// The user ids for its containers.
    public var subordinateUIDs: [UserState.Range]?
    /// The group ids for its containers.
    public var subordinateGIDs: [UserState.Range]?
    /// The name of the account that gets this one's, with all that it has; without it the account is another one than any
    /// that goes.
    public var formerly: String?

    /// Nothing is wanted but that the account is there.
    public init() {}

    /// What `after` has that `before` has not; everything where there was no account before.
    public init(from before: UserState?, to after: UserState) {
        func changed<Value: Equatable>(_ path: KeyPath<UserState, Value>) -> Value? {
            before?[keyPath: path] == after[keyPath: path] ? nil : after[keyPath: path]
        }
        uid = changed(\.uid)
        if before.map({ !$0.group.matches(after.group) }) ?? true { group = after.group }
        if let before, group == nil, after.ownsGroup ?? before.ownsGroup ?? false,
            before.group.id != after.group.id
        {
            privateGID = after.group.id
        }
        if before != nil { dropsGroup = after.losesGroup }
        comment = changed(\.comment)
        home = changed(\.home)
        shell = changed(\.shell)
        // By itself it changes with the settings of the node alone.
        isSystem = before?.uid == after.uid ? nil : changed(\.isSystem)
        joins = Set(after.groups).subtracting(before?.groups ?? [])
        leaves = Set(before?.groups ?? []).subtracting(after.groups)
        if let before, before.aging.withoutDue(where: !after.aging.isDue) == after.aging {
            aging = nil
        } else {
            aging = after.aging
        }
        if let before {
            // Those of a new account its node chooses among the free ones.
            if before.subordinateUIDs != after.subordinateUIDs { subordinateUIDs = after.subordinateUIDs }
            if before.subordinateGIDs != after.subordinateGIDs { subordinateGIDs = after.subordinateGIDs }
        }
        if before == nil { formerly = after.otherName }
        guard case .set(let digest, let isLocked, let hash) = after.password else {
            // Whose password was taken away, cannot log in with it elsewhere either.
            if let before, after.password == .none, before.password.letsIn { self.isLocked = true }
            return
        }
        if case .set(let old, let wasLocked, _) = before?.password {
            if isLocked != wasLocked { self.isLocked = isLocked }
            if digest != old { self.hash = hash }
        } else if let hash {
            self.hash = hash
            self.isLocked = isLocked
        }
    }

    /// This wish without what it says of a password that has become another one.
    ///
    /// A new hash that is not kept cannot be asked for, and the old one must not come back.
    func withoutPassword(of before: UserState, changedTo after: UserState) -> UserWish {
        var rest = self
        rest.aging = aging?.withoutDue(where: !after.aging.isDue)
        if !before.password.hasHash(of: after.password) {
            rest.hash = nil
            // Without the hash there may be nothing to unlock.
            if rest.isLocked == false { rest.isLocked = nil }
        }
        if !rest.isSatisfied(by: after.password) { rest.isLocked = nil }
        return rest
    }

    /// This wish, and where it says nothing what an earlier one said.
    public func added(to earlier: UserWish) -> UserWish {
        var both = UserWish()
        both.uid = uid ?? earlier.uid
        both.group = group ?? earlier.group
        both.dropsGroup = dropsGroup ?? (group == nil ? earlier.dropsGroup : nil)
        both.privateGID = privateGID ?? (group == nil ? earlier.privateGID : nil)
        both.comment = comment ?? earlier.comment
        both.home = home ?? earlier.home
        both.shell = shell ?? earlier.shell
        both.isSystem = isSystem ?? (uid == nil ? earlier.isSystem : nil)
        both.joins = earlier.joins.subtracting(leaves).union(joins)
        both.leaves = earlier.leaves.subtracting(joins).union(leaves)
        both.isLocked = isLocked ?? earlier.isLocked
        both.hash = hash ?? earlier.hash
        both.aging = aging ?? earlier.aging
        both.subordinateUIDs = subordinateUIDs ?? earlier.subordinateUIDs
        both.subordinateGIDs = subordinateGIDs ?? earlier.subordinateGIDs
        both.formerly = formerly ?? earlier.formerly
        return both
    }

    /// Whether an account is what is wanted.
    public func isSatisfied(by state: UserState) -> Bool {
        func agrees<Value: Equatable>(_ wanted: Value?, _ found: Value) -> Bool {
            wanted.map { $0 == found } ?? true
        }
        let groups = Set(state.groups)
        return acceptsNumber(of: state) && group?.matches(state.group) ?? true
            && (state.ownsGroup != true || agrees(privateGID, state.group.id))
            && agrees(comment, state.comment)
            && agrees(home, state.home) && agrees(shell, state.shell) && joins.isSubset(of: groups)
            && leaves.isDisjoint(with: groups)
            && aging.map { $0.withDue(of: state.aging) == state.aging } ?? true
            && agrees(subordinateUIDs, state.subordinateUIDs)
            && agrees(subordinateGIDs, state.subordinateGIDs) && isSatisfied(by: state.password)
    }

    /// Whether an account may keep its number.
    package func acceptsNumber(of state: UserState) -> Bool {
        uid == nil || uid == state.uid || isSystem == true && state.isSystem
    }

    private func isSatisfied(by password: UserState.Password) -> Bool {
        switch password {
        // An account without a hash is as good as locked, and there is nothing to unlock.
        case .none: digest == nil && isLocked != false
        case .notNeeded: digest == nil && isLocked != true
        case .set(let found, let foundIsLocked, _):
            digest.map { $0 == found } ?? true && isLocked.map { $0 == foundIsLocked } ?? true
        }
    }

    /// Checks what reading alone does not.
    ///
    /// - Throws: `ModelError` with code `invalidEscape`, `invalidState`, `invalidResourceKey`.
    public func check() throws(ModelError) {
        for text in [comment, home, shell] {
            if let text { _ = try EscapedText.unescape(text) }
        }
        for name in joins.union(leaves) { _ = try ResourceKey("group:\(name)") }
        if let formerly { _ = try ResourceKey("user:\(formerly)") }
        try UserState.check(hash: hash)
    }
}

extension UserWish: Codable {
    private enum CodingKeys: String, CodingKey {
        case uid
        case group
        case privateGID
        case dropsGroup
        case comment
        case home
        case shell
        case isSystem
        case joins
        case leaves
        case isLocked
        case hash
        case digest
        case aging
        case subordinateUIDs
        case subordinateGIDs
        case formerly
    }

    /// Reads what is wanted.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func value<Value: Decodable>(_ key: CodingKeys) throws -> Value? {
            try container.decodeIfPresent(Value.self, forKey: key)
        }
        uid = try value(.uid)
        group = try value(.group)
        privateGID = try value(.privateGID)
        dropsGroup = try value(.dropsGroup)
        comment = try value(.comment)
        home = try value(.home)
        shell = try value(.shell)
        isSystem = try value(.isSystem)
        joins = Set(try value(.joins) ?? [String]())
        leaves = Set(try value(.leaves) ?? [String]())
        isLocked = try value(.isLocked)
        hash = try value(.hash)
        digest = try value(.digest)
        aging = try value(.aging)
        subordinateUIDs = try value(.subordinateUIDs)
        subordinateGIDs = try value(.subordinateGIDs)
        formerly = try value(.formerly)
    }

    /// Writes what is wanted, lists in the order of the alphabet.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(uid, forKey: .uid)
        try container.encodeIfPresent(group, forKey: .group)
        try container.encodeIfPresent(privateGID, forKey: .privateGID)
        try container.encodeIfPresent(dropsGroup, forKey: .dropsGroup)
        try container.encodeIfPresent(comment, forKey: .comment)
        try container.encodeIfPresent(home, forKey: .home)
        try container.encodeIfPresent(shell, forKey: .shell)
        try container.encodeIfPresent(isSystem, forKey: .isSystem)
        if !joins.isEmpty { try container.encode(joins.sorted(), forKey: .joins) }
        if !leaves.isEmpty { try container.encode(leaves.sorted(), forKey: .leaves) }
        try container.encodeIfPresent(isLocked, forKey: .isLocked)
        try container.encodeIfPresent(CanonicalJSON.written(hash: hash, by: encoder), forKey: .hash)
        try container.encodeIfPresent(digest, forKey: .digest)
        try container.encodeIfPresent(aging, forKey: .aging)
        try container.encodeIfPresent(subordinateUIDs, forKey: .subordinateUIDs)
        try container.encodeIfPresent(subordinateGIDs, forKey: .subordinateGIDs)
        try container.encodeIfPresent(formerly, forKey: .formerly)
    }
}
