/// What a change did, in one word.
public enum ChangeVerb: String, Codable, CaseIterable, Sendable {
    /// A path appeared.
    case added
    /// A file's content, type or link target changed.
    case edited
    /// Only mode, owner, group or extended attributes changed.
    case attributes
    /// A path or package vanished.
    case removed
    /// A package appeared.
    case installed
    /// A package's newest version rose.
    case updated
    /// A package's newest version fell.
    case downgraded
    /// A package changed in another way: its reason, architecture or number of versions.
    case changed

    /// What lies between two states.
    public init(from before: ResourceState, to after: ResourceState) {
        switch (before, after) {
        case (_, .absent): self = .removed
        case (.absent, .package): self = .installed
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
        case (.package, .file), (.file, .package): self = .changed
        }
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
        }
    }
}
