import FabricModel

/// What convergence would do to this node now: nothing is touched by making it.
struct Plan: Sendable, Equatable {
    /// A resource that is to become something else than it is.
    struct Step: Sendable, Equatable {
        /// Who wants that.
        enum Origin: Sendable, Equatable {
            /// A tag, by an entry of the effective configuration.
            case tag(RevisionReference)
            /// A reviewer, who has a change put back.
            case rollBack(RollBacks.Step)
        }

        var key: ResourceKey
        /// What it is to be.
        var wanted: Entry
        /// What it is.
        var current: ResourceState
        /// Who wants that.
        var origin: Origin
        /// What is to be done besides.
        var flags = EntryFlags()
    }

    /// A resource that is not what its entry wants, and is left alone.
    struct Held: Sendable, Equatable {
        /// Why.
        enum Reason: String, Sendable {
            /// A change of it is in no commit yet.
            case open
            /// A change of it waits for a decision.
            case undecided
            /// A change of it was rejected, and is tolerated here.
            case tolerated
            /// Node and tag changed it, each in its own way.
            case conflicted
            /// A package, one of whose files has a change that nobody has decided.
            case touching
        }

        var item: EffectiveConfiguration.Item
        /// What it is.
        var current: ResourceState
        var reason: Reason
    }

    /// In the order in which they are sound.
    var steps: [Step] = []
    /// By key.
    var held: [Held] = []
}

extension Plan {
    /// The parts of a convergence, in the order in which each finds what it needs.
    enum Phase: Int, CaseIterable {
        /// Files that say from where packages come.
        case repositories
        /// All packages, in one transaction.
        case packages
        /// Groups that are to be there.
        case groups
        /// Users that are to be there.
        case users
        /// All other files.
        case files
        /// Units, which find their files in place, and still there where they are not wanted any more.
        case services
        /// Files that go, from the bottom up.
        case removals
        /// Users that go, and then groups.
        case departures
    }

    /// Sorts steps by their phase, then by key.
    static func ordered(_ steps: [Step]) -> [Step] {
        steps.sorted { left, right in
            guard left.phase == right.phase else { return left.phase.rawValue < right.phase.rawValue }
            let isBackwards = left.phase == .removals || left.phase == .departures
            return isBackwards ? right.key < left.key : left.key < right.key
        }
    }
}

extension Plan.Step {
    /// A step to what an entry wants.
    init(_ item: EffectiveConfiguration.Item, current: ResourceState) {
        self.init(
            key: item.key,
            wanted: item.entry,
            current: current,
            origin: .tag(item.reference),
            flags: item.flags ?? EntryFlags()
        )
    }

    /// A step to what was before a change.
    init(_ rollBack: RollBacks.Step) {
        self.init(
            key: rollBack.key,
            wanted: rollBack.entry,
            current: rollBack.current,
            origin: .rollBack(rollBack)
        )
    }

    /// On whose behalf the resource is changed.
    var actor: Actor {
        switch origin {
        case .tag(let revision): Actor(tier: .exact, name: "weft", evidence: "applied \(revision)")
        case .rollBack(let step): step.actor
        }
    }

    /// The revision that wants it; `nil` for a roll-back.
    var revision: RevisionReference? {
        if case .tag(let revision) = origin { revision } else { nil }
    }

    /// The shared tag that wants it, of whose nodes only so many converge at a time.
    var sharedTag: TagName? { revision.flatMap { $0.tag.isShared ? $0.tag : nil } }

    /// The part of a convergence that the step belongs to.
    var phase: Plan.Phase {
        switch (key.kind, wanted) {
        case (.package, _): .packages
        case (.file, _) where Self.isRepository(key): .repositories
        case (.file, .absent): .removals
        case (.file, _): .files
        case (.user, .absent), (.group, .absent): .departures
        case (.group, _): .groups
        case (.user, _): .users
        case (.service, _): .services
        }
    }

    /// Whether all steps of its phase are taken at once: as one transaction, or since a step to one may change others too.
    var isTakenTogether: Bool {
        switch phase {
        case .packages, .groups, .users, .services, .departures: true
        case .repositories, .files, .removals: false
        }
    }

    /// Whether it is tried once more in the same pass where it failed and others did not: what takes long is not.
    var isTriedAgain: Bool { phase != .packages && phase != .services }

    /// Whether a file says from where packages come, or by which key they are trusted.
    private static func isRepository(_ key: ResourceKey) -> Bool {
        let folders = ["/etc/yum.repos.d/", "/etc/pki/rpm-gpg/", "/etc/apt/", "/etc/dnf/", "/etc/yum/"]
        return folders.contains { key.name.hasPrefix($0) } || key.name == "/etc/yum.conf"
    }
}
