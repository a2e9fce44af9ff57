/// Who did something, how sure that is, and why it is believed.
public struct Actor: Hashable, Codable, Sendable {
    /// How sure, from surest to unknown.
    public enum Tier: String, Codable, CaseIterable, Sendable {
        case exact
        case strong
        case inferred
        case unknown
    }

    /// How sure it is.
    public var tier: Tier
    /// The login name, where one is known.
    public var name: String?
    /// The login session, where one is known.
    public var session: String?
    /// What the tier rests on, for a person to read.
    public var evidence: String?

    /// An actor from its parts.
    public init(tier: Tier, name: String? = nil, session: String? = nil, evidence: String? = nil) {
        self.tier = tier
        self.name = name
        self.session = session
        self.evidence = evidence
    }

    /// Nobody is known to have done it.
    public static let unknown = Actor(tier: .unknown)
}

/// One resource that went from one state to another.
public struct Change: Hashable, Codable, Sendable {
    /// The resource that changed.
    public var key: ResourceKey
    /// What it was.
    public var before: ResourceState
    /// What it is now.
    public var after: ResourceState
    /// When it was seen.
    public var at: Timestamp
    /// Who did it.
    public var actor: Actor
    /// Happened while nothing was watching (daemon down, events lost): `at` is when it was found.
    public var isLate: Bool

    /// A change from its parts.
    public init(
        key: ResourceKey,
        before: ResourceState,
        after: ResourceState,
        at: Timestamp,
        actor: Actor = .unknown,
        isLate: Bool = false
    ) {
        self.key = key
        self.before = before
        self.after = after
        self.at = at
        self.actor = actor
        self.isLate = isLate
    }

    /// What a batch of changes comes to, per resource: the first state before and the last after; equal ones vanish.
    ///
    /// Order: by resource key. The last change's time and actor stand for the whole.
    public static func net(_ changes: some Sequence<Change>) -> [Change] {
        var byKey: [ResourceKey: Change] = [:]
        for change in changes {
            if var earlier = byKey[change.key] {
                earlier.after = change.after
                earlier.at = change.at
                if change.actor.tier != .unknown { earlier.actor = change.actor }
                earlier.isLate = earlier.isLate || change.isLate
                byKey[change.key] = earlier
            } else {
                byKey[change.key] = change
            }
        }
        return byKey.values.filter { !$0.before.matches($0.after) }.sorted { $0.key < $1.key }
    }
}
