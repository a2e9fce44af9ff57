import FabricModel

/// What convergence would do to this node now: nothing is touched by making it.
struct Plan: Sendable, Equatable {
    /// A resource that is not what its entry wants, and is to become it.
    struct Step: Sendable, Equatable {
        var item: EffectiveConfiguration.Item
        /// What it is.
        var current: ResourceState

        /// On whose behalf it is changed, for people to read.
        var reason: String { "applied \(item.reference)" }
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
            return isBackwards ? right.item.key < left.item.key : left.item.key < right.item.key
        }
    }
}

extension Plan.Step {
    /// The part of a convergence that the step belongs to.
    var phase: Plan.Phase {
        switch (item.key.kind, item.entry) {
        case (.package, _): .packages
        case (.file, .absent): .removals
        case (.file, _): Self.isRepository(item.key) ? .repositories : .files
        case (.user, .absent), (.group, .absent): .departures
        case (.group, _): .groups
        case (.user, _): .users
        case (.service, _): .services
        }
    }

    /// Whether all steps of its phase are one transaction.
    var isTakenTogether: Bool { phase == .packages }

    /// Whether a file says from where packages come, or by which key they are trusted.
    private static func isRepository(_ key: ResourceKey) -> Bool {
        let folders = ["/etc/yum.repos.d/", "/etc/pki/rpm-gpg/", "/etc/apt/"]
        return folders.contains { key.name.hasPrefix($0) } || key.name == "/etc/dnf/dnf.conf"
    }
}
