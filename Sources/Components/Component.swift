public import FabricModel
public import SystemPackage

/// The code that owns one or more kinds of resources: it identifies what is there, changes it, and prepares feedback.
///
/// All of it blocks: it belongs on threads that may.
public protocol Component: Sendable {
    /// The kinds of the resources that it owns.
    var kinds: Set<ResourceKind> { get }

    /// Whether a resource that is not among all that it identifies is not there.
    var knowsAll: Bool { get }

    /// Identifies: finds out what resources are now.
    ///
    /// - Parameter keys: Those that are looked at; `nil` for all that are there.
    /// - Returns: One observation for each key; of all, those that are there.
    /// - Throws: `ComponentsError`.
    func identify(_ keys: Set<ResourceKey>?) throws(ComponentsError) -> [Observation]

    /// Changes: brings resources to what is wanted of them, those that are as the caller knows them.
    ///
    /// Those that can be changed are, whatever comes of the others; where they can only be changed together, and that
    /// fails, each is tried by itself.
    /// - Parameter requests: What is wanted, in the order in which it is done.
    /// - Returns: Why each that was not changed was not.
    func change(_ requests: [ChangeRequest]) -> [ResourceKey: ComponentsError]

    /// What resources become while a request is fulfilled: those that are recorded then are Weft's own doing.
    func expectations(of request: ChangeRequest) -> [ResourceKey: [Entry]]

    /// Resources that the system's own tools change along with a request's, such as the users in a group that goes.
    ///
    /// - Throws: `ComponentsError`.
    func alsoChanged(by request: ChangeRequest) throws(ComponentsError) -> Set<ResourceKey>

    /// An entry with what this node alone can compare, such as digests under its own key.
    func localised(_ entry: Entry) -> Entry

    /// Has the system take in files that tell of its resources, after Weft changed them.
    ///
    /// - Throws: `ComponentsError`.
    func follow(_ paths: [FilePath]) throws(ComponentsError)

    /// Does what the flags of entries that were applied ask for.
    ///
    /// - Returns: Why each resource with which it was not done was not.
    func act(on flags: EntryFlags) -> [ResourceKey: ComponentsError]

    /// Prepares feedback: turns what was seen of one resource since the last commit into the change that an admin made.
    ///
    /// - Parameters:
    ///   - seen: The resource's changes, oldest first.
    ///   - context: What happened besides in the same batch.
    /// - Returns: The net change; `nil` when it comes to nothing, or follows from something else.
    /// - Throws: What reading contents throws, `ComponentsError`.
    func feedback(of seen: [SeenChange], in context: FeedbackContext) throws -> Change?

    /// Finishes feedback: notes in changes what only those of one batch together tell.
    ///
    /// - Parameter changes: What ``feedback(of:in:)`` gave of the component's resources.
    /// - Returns: A change for each of them.
    /// - Throws: `ComponentsError`.
    func finish(_ changes: [Change]) throws(ComponentsError) -> [Change]

    /// What a path below the recorded trees is to this component.
    func claim(_ path: FilePath) -> PathClaim
}

/// What a path is to a component other than that of files.
public enum PathClaim: Sendable {
    /// Nothing.
    case none
    /// A file of its own, after whose change the component's resources are looked at too.
    case tells
    /// No file of its own, but where the component's resources are kept.
    case owns
}

/// A resource that is to be brought to what a tag's entry wants.
public struct ChangeRequest: Sendable {
    /// The resource.
    public var key: ResourceKey
    /// What it is as far as the caller knows.
    public var current: ResourceState
    /// What it is to be.
    public var wanted: Entry
    /// The bytes of a wanted file's content.
    public var content: [UInt8]?

    /// A request from its parts.
    public init(key: ResourceKey, current: ResourceState, wanted: Entry, content: [UInt8]? = nil) {
        self.key = key
        self.current = current
        self.wanted = wanted
        self.content = content
    }
}

/// A recorded change and what happened around it.
public struct SeenChange: Sendable {
    /// The change.
    public var change: Change
    /// Whether a package transaction was running when it was seen.
    public var isDuringTransaction: Bool

    /// A change with what happened around it.
    public init(_ change: Change, isDuringTransaction: Bool) {
        self.change = change
        self.isDuringTransaction = isDuringTransaction
    }
}

/// What happened in the batch that a change belongs to.
public struct FeedbackContext {
    /// The packages that changed, by the names of their keys.
    public var packages: Set<String>
    /// The units of systemd that these packages bring or brought, such as `nginx.service`.
    public var units: Set<String>
    /// Gives the bytes of a kept content.
    public var content: (ContentDigest) throws -> [UInt8]?
    /// What tags say of one of the node's resources; `nil` for nothing.
    public var entry: (ResourceKey) -> Entry?

    /// A context from its parts.
    public init(
        packages: Set<String> = [],
        units: Set<String> = [],
        content: @escaping (ContentDigest) throws -> [UInt8]? = { _ in nil },
        entry: @escaping (ResourceKey) -> Entry? = { _ in nil }
    ) {
        self.packages = packages
        self.units = units
        self.content = content
        self.entry = entry
    }
}

extension Component {
    /// Yes.
    public var knowsAll: Bool { true }

    /// The resource itself, as it is wanted.
    public func expectations(of request: ChangeRequest) -> [ResourceKey: [Entry]] {
        [request.key: [request.wanted]]
    }

    /// None.
    public func alsoChanged(by request: ChangeRequest) throws(ComponentsError) -> Set<ResourceKey> { [] }

    /// The entry as it is.
    public func localised(_ entry: Entry) -> Entry { entry }

    /// Nothing.
    public func act(on flags: EntryFlags) -> [ResourceKey: ComponentsError] { [:] }

    /// Nothing.
    public func follow(_ paths: [FilePath]) throws(ComponentsError) {}

    /// The changes as they are.
    public func finish(_ changes: [Change]) throws(ComponentsError) -> [Change] { changes }

    /// Nothing.
    public func claim(_ path: FilePath) -> PathClaim { .none }
}
