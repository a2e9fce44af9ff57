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
        /// Whether an account goes whose number, or whose private group's name, another one gets.
        var makesWay = false
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
        /// Groups and users that are to be there, and those that make way for them.
        case accounts
        /// All other files.
        case files
        /// Units, which find their files in place, and still there where they are not wanted any more.
        case services
        /// Files that go, from the bottom up.
        case removals
        /// Units that nothing is to start, whose own files are gone by now from where the mask is.
        case masks
        /// Users that go, and then groups.
        case departures
    }

    /// Sorts steps by their phase, then by key.
    static func ordered(_ steps: [Step]) -> [Step] {
        makingWay(steps)
            .sorted { left, right in
                guard left.phase == right.phase else { return left.phase.rawValue < right.phase.rawValue }
                let isBackwards = left.phase == .removals || left.phase == .departures
                return isBackwards ? right.key < left.key : left.key < right.key
            }
    }
}

extension Plan {
    /// Marks accounts that go and are in the way of others, as those with an old name are.
    private static func makingWay(_ steps: [Step]) -> [Step] {
        var uids: Set<UInt32> = []
        var gids: Set<UInt32> = []
        var groups: Set<String> = []
        for step in steps {
            switch step.wanted {
            case .user(let wish): if let uid = wish.uid { uids.insert(uid) }
            case .group(let wish):
                if let gid = wish.gid { gids.insert(gid) }
                groups.insert(step.key.name)
            case .absent, .file, .package, .service: break
            }
        }
        return steps.map { step in
            var step = step
            guard step.wanted == .absent else { return step }
            switch step.current {
            case .user(let state): step.makesWay = uids.contains(state.uid) || groups.contains(step.key.name)
            case .group(let state): step.makesWay = gids.contains(state.gid)
            case .absent, .file, .package, .service: break
            }
            return step
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
        case (.user, .absent), (.group, .absent): makesWay ? .accounts : .departures
        case (.user, _), (.group, _): .accounts
        case (.service, .service(let state)): state.isMasked ? .masks : .services
        case (.service, _): .services
        }
    }

    /// Whether all steps of its phase are taken at once: as one transaction, or since a step to one may change others too.
    var isTakenTogether: Bool {
        switch phase {
        case .packages, .accounts, .services, .masks, .departures: true
        case .repositories, .files, .removals: false
        }
    }

    /// Whether it is tried once more in the same pass where it failed and others did not: what takes long is not.
    var isTriedAgain: Bool { phase != .packages && phase != .services && phase != .masks }

    /// Whether a file says from where packages come, or by which key they are trusted.
    private static func isRepository(_ key: ResourceKey) -> Bool {
        let folders = ["/etc/yum.repos.d/", "/etc/pki/rpm-gpg/", "/etc/apt/", "/etc/dnf/", "/etc/yum/"]
        return folders.contains { key.name.hasPrefix($0) } || key.name == "/etc/yum.conf"
    }
}
