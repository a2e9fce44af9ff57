extension Entry {
    /// What comes of a change that is approved into a tag.
    public enum Uptake: Hashable, Sendable {
        /// The tag says this from then on.
        case takes(Entry)
        /// The tag says so already.
        case isThere
        /// The tag says something else than the change began with.
        case conflicts
    }

    /// What comes of approving a change where a tag says `earlier`, or nothing.
    ///
    /// Of a service or an account an entry may say a part only, and a change concerns a part: there each part is looked
    /// at by itself, and what the change left alone is nobody's clash.
    public static func uptake(of change: Change, over earlier: Entry?) -> Uptake {
        let asked = Entry(asking: change, over: earlier)
        guard let earlier else { return .takes(asked) }
        guard !asked.isSame(as: earlier) else { return .isThere }
        switch (earlier, change.before, change.after) {
        case (.user(let wish), let before, .user(let after)):
            return wish.opposed(from: before.user, to: after) == nil ? .takes(asked) : .conflicts
        case (.group(let wish), let before, .group(let after)):
            return wish.opposes(from: before.group, to: after) ? .conflicts : .takes(asked)
        case (.service(let state), let before, .service(let after)):
            // A unit that can no longer be started cannot run.
            if case .service(let new) = asked, new.isMasked, new.isRunning == true { return .conflicts }
            return state.opposes(from: before.service, to: after) ? .conflicts : .takes(asked)
        case (.package(.atLeastIfInstalled), _, _) where asked.saysWhetherInstalled: return .takes(asked)
        default:
            let isKept = earlier.isSatisfied(by: change.after)
            // A package that changed in no version says nothing against a wish for one.
            if earlier.isSatisfied(by: change.before), !(isKept && asked == .package(.any)) {
                return .takes(asked)
            }
            return isKept ? .isThere : .conflicts
        }
    }

    /// Of what a tag wants, the part that stands against a change; `nil` where nothing does.
    ///
    /// That is where it wants neither what the resource was nor what it became.
    public func opposed(by change: Change) -> Entry? {
        guard Self.uptake(of: change, over: self) == .conflicts else { return nil }
        switch (self, change.before, change.after) {
        case (.user(let wish), let before, .user(let after)):
            return .user(wish.opposed(from: before.user, to: after) ?? wish)
        case (.group(var wish), _, .group):
            (wish.joins, wish.leaves) = (nil, nil)
            return .group(wish)
        case (.service(var state), _, .service):
            state.isRunning = nil
            return .service(state)
        default: return self
        }
    }

    /// Whether the last of changes that followed each other clashes with what a tag wants, once the others are taken.
    ///
    /// One edit after the other is no conflict with a tag that says what was before the first.
    public func isOpposed(byLastOf changes: some Sequence<Change>) -> Bool {
        var entry = self
        var isOpposed = false
        for change in changes {
            let uptake = Self.uptake(of: change, over: entry)
            if case .takes(let new) = uptake { entry = new }
            isOpposed = uptake == .conflicts
        }
        return isOpposed
    }

    /// Whether it wants a package to be there, or to go: a wish for where it is installed has nothing against either.
    private var saysWhetherInstalled: Bool {
        switch self {
        case .absent, .package(.removed), .package(.atLeast): true
        default: false
        }
    }

    /// Whether both want the same; accounts are the same by their names.
    public func isSame(as other: Entry) -> Bool {
        switch (self, other) {
        case (.file(let state), .file(let other)): state.matches(other)
        case (.user(let wish), .user(let other)): wish.isSame(as: other)
        default: self == other
        }
    }
}

extension UserWish {
    fileprivate func isSame(as other: UserWish) -> Bool {
        var other = other
        if let group, let theirs = other.group, group.matches(theirs) { other.group = group }
        return self == other
    }

    /// What a change concerns and this wants neither as it was nor as it became; `nil` where there is no such thing.
    ///
    /// Memberships never clash: one that changed was there before or is now.
    fileprivate func opposed(from before: UserState?, to after: UserState) -> UserWish? {
        let changed = UserWish(from: before, to: after)
        var opposed = UserWish()
        func compare<Value>(_ path: WritableKeyPath<UserWish, Value?>) {
            guard changed[keyPath: path] != nil, let value = self[keyPath: path] else { return }
            var part = UserWish()
            part[keyPath: path] = value
            guard !part.isSatisfied(by: after), !(before.map(part.isSatisfied(by:)) ?? false) else { return }
            opposed[keyPath: path] = value
        }
        compare(\.uid)
        compare(\.group)
        compare(\.privateGID)
        compare(\.comment)
        compare(\.home)
        compare(\.shell)
        compare(\.isLocked)
        compare(\.aging)
        compare(\.subordinateUIDs)
        compare(\.subordinateGIDs)
        if let hash, let new = changed.hash, hash != new, hash != before?.password.hash {
            opposed.hash = hash
        }
        return opposed == UserWish() ? nil : opposed
    }
}

extension GroupWish {
    /// Whether a change gave another number to the group, and this wants a third one.
    fileprivate func opposes(from before: GroupState?, to after: GroupState) -> Bool {
        guard let gid, before?.gid != after.gid else { return false }
        return gid != after.gid && gid != before?.gid
    }
}

extension ServiceState {
    /// Whether a change concerns what starts the unit, and this wants neither what it was nor what it became.
    fileprivate func opposes(from before: ServiceState?, to after: ServiceState) -> Bool {
        let before = before ?? ServiceState()
        return !after.startsLike(before) && !startsLike(before) && !startsLike(after)
    }

    /// What a tag says after this came to be from `old`: of the rest, what it said.
    func merged(from old: ServiceState, into known: ServiceState) -> ServiceState {
        var merged = startsLike(old) ? known : self
        merged.isRunning = isRunning == nil || isRunning == old.isRunning ? known.isRunning : isRunning
        return merged
    }

    private func startsLike(_ other: ServiceState) -> Bool {
        links == other.links && isMasked == other.isMasked
    }
}

extension UserState.Password {
    fileprivate var hash: String? {
        if case .set(_, _, let hash) = self { hash } else { nil }
    }
}

extension ResourceState {
    fileprivate var user: UserState? {
        if case .user(let state) = self { state } else { nil }
    }

    fileprivate var group: GroupState? {
        if case .group(let state) = self { state } else { nil }
    }

    fileprivate var service: ServiceState? {
        if case .service(let state) = self { state } else { nil }
    }
}
