/// What a change did, in one word.
public enum ChangeVerb: String, Codable, CaseIterable, Sendable {
    /// A path or an account appeared.
    case added
    /// A file's content, type or link target changed.
    case edited
    /// Only mode, owner, group or extended attributes changed.
    case attributes
    /// A path, package or account vanished.
    case removed
    /// A package appeared.
    case installed
    /// A package's newest version rose.
    case updated
    /// A package's newest version fell.
    case downgraded
    /// An account changed, or a package in another way: its reason, architecture or number of versions.
    case changed
    /// A unit is started by itself from now on.
    case enabled
    /// A unit is not started by itself any more.
    case disabled
    /// A unit can no longer be started.
    case masked
    /// A unit can be started again.
    case unmasked
    /// A unit was started, and is as it was besides.
    case started
    /// A unit was stopped, and is as it was besides.
    case stopped
    /// An account's password was locked, and nothing besides.
    case locked
    /// An account's password was unlocked, and nothing besides.
    case unlocked

    /// What lies between two states.
    public init(from before: ResourceState, to after: ResourceState) {
        switch (before, after) {
        case (let old, .service(let new)): self.init(from: old.service, to: new)
        case (.service(let old), .absent): self.init(from: old, to: ServiceState())
        case (_, .absent): self = .removed
        case (.absent, .user), (.absent, .group): self = .added
        case (.user(let old), .user(let new)): self.init(from: old, to: new)
        case (.absent, .package): self = .installed
        case (.package(let old), .package(let new)) where old.instances.isEmpty != new.instances.isEmpty:
            self = new.instances.isEmpty ? .removed : .installed
        case (.absent, .file): self = .added
        case (.file(let old), .file(let new)):
            let isSameContent =
                old.type == new.type && old.target == new.target && old.content?.digest == new.content?.digest
            self = isSameContent ? .attributes : .edited
        case (.package(let old), .package(let new)):
            guard let oldest = old.newest, let newest = new.newest else {
                self = .changed
                return
            }
            let order = newest.compare(to: oldest, in: new.system)
            self = order == 0 ? .changed : order > 0 ? .updated : .downgraded
        default: self = .changed
        }
    }

    private init(from old: ServiceState, to new: ServiceState) {
        switch (old.enablement, new.enablement) {
        case (.masked, .disabled), (.masked, .enabled): self = .unmasked
        case (_, .masked) where old.enablement != .masked: self = .masked
        case (.enabled, .disabled): self = .disabled
        case (.disabled, .enabled): self = .enabled
        default:
            guard old.links == new.links, let isRunning = new.isRunning, old.isRunning != isRunning else {
                self = .changed
                return
            }
            self = isRunning ? .started : .stopped
        }
    }

    private init(from old: UserState, to new: UserState) {
        var unlocked = old
        unlocked.password = new.password
        guard unlocked.matches(new), case .set(let digest, let wasLocked, _) = old.password,
            case .set(digest, let isLocked, _) = new.password, isLocked != wasLocked
        else {
            self = .changed
            return
        }
        self = isLocked ? .locked : .unlocked
    }

    /// What a change did.
    public init(of change: Change) {
        self.init(from: change.before, to: change.after)
    }

    /// What was done, as the message of a commit says it.
    var imperative: String {
        switch self {
        case .added: "add"
        case .edited: "edit"
        case .attributes: "change attributes of"
        case .removed: "remove"
        case .installed: "install"
        case .updated: "update"
        case .downgraded: "downgrade"
        case .changed: "change"
        case .enabled: "enable"
        case .disabled: "disable"
        case .masked: "mask"
        case .unmasked: "unmask"
        case .started: "start"
        case .stopped: "stop"
        case .locked: "lock"
        case .unlocked: "unlock"
        }
    }
}

extension ResourceState {
    fileprivate var service: ServiceState {
        if case .service(let state) = self { state } else { ServiceState() }
    }
}
