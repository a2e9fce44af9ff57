import FabricModel

/// What convergence would do to this node now: nothing is touched by making it.
struct Plan: Sendable, Equatable {
    /// A resource that is not what its entry wants, and is to become it.
    struct Step: Sendable, Equatable {
        var item: EffectiveConfiguration.Item
        /// What it is.
        var current: ResourceState
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
    /// Sorts steps so that each finds what it needs: what packages are made from, packages, then files; what goes,
    /// from the bottom up.
    static func ordered(_ steps: [Step]) -> [Step] {
        func rank(_ step: Step) -> Int {
            switch (step.item.key.kind, step.item.entry) {
            case (.file, .absent): 3
            case (.file, _): isRepository(step.item.key) ? 0 : 2
            case (.package, _): 1
            }
        }
        return steps.sorted { left, right in
            let ranks = (rank(left), rank(right))
            guard ranks.0 == ranks.1 else { return ranks.0 < ranks.1 }
            return ranks.0 == 3 ? right.item.key < left.item.key : left.item.key < right.item.key
        }
    }

    /// The steps before, of and after the one transaction of the package manager.
    static func phases(_ steps: [Step]) -> (before: [Step], packages: [Step], after: [Step]) {
        let packages = steps.filter { $0.item.key.kind == .package }
        let before = steps.prefix {
            $0.item.key.kind == .file && isRepository($0.item.key) && $0.item.entry != .absent
        }
        let after = steps.dropFirst(before.count).filter { $0.item.key.kind == .file }
        return (Array(before), packages, after)
    }

    /// Whether a file says from where packages come, or by which key they are trusted.
    private static func isRepository(_ key: ResourceKey) -> Bool {
        let folders = ["/etc/yum.repos.d/", "/etc/pki/rpm-gpg/", "/etc/apt/"]
        return folders.contains { key.name.hasPrefix($0) } || key.name == "/etc/dnf/dnf.conf"
    }
}
